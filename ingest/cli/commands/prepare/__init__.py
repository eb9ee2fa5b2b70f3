"""Before a report is sent: any table read, templates, files checked."""
