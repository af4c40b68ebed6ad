"""Statistics: measures of every object by person, team, department and period, as charts and tables that open the records."""
