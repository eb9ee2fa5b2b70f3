"""What the product is made of, looked through: known vulnerabilities, licences, and a list of all parts (SBOM)."""
