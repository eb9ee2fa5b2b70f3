"""What a submitter is given: checks, marked workbooks, filled templates, reference packs."""
