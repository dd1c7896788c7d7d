"""Adapter: mammograms in from DICOM files, and DICOM files out."""
