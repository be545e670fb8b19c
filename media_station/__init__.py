"""media-station: personal data leaves a municipality on DVD or USB only as ordered, and is accounted for."""
