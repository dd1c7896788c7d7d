"""Results out: one reading of an exam as the DICOM objects, and the FHIR bundle, of a hospital."""
