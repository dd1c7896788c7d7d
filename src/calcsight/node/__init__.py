"""The DICOM node: receives exams, reads each when it is complete, sends the results on."""
