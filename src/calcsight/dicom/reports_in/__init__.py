"""Reports of computers, read from DICOM: Mammography CAD of any maker."""

from calcsight.dicom.reports_in.cad_reports import cad_report_from, cad_report_of

__all__ = ["cad_report_from", "cad_report_of"]
