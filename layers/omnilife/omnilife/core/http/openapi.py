"""The route's OpenAPI document: Powertools' own, plus what it cannot know. Used at build time only."""

