"""After-sales service: tickets with their flow, goods sold with their warranty."""
