"""The kernel of Tangram CRM: ORM, addons, access, views, jobs and web, without a CRM word."""
