"""Sound workbooks written in ways the libraries cannot follow → copies that they can."""
