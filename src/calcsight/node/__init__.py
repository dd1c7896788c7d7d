"""Delivery: a DICOM node that receives exams, reads them and sends the results on."""
