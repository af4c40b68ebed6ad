"""The addons that ship with Tangram CRM, one folder each; addons that lie elsewhere are imported under this name as well."""
