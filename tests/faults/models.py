"""The envelope, where the drifts look for it."""

from pydantic import BaseModel, ConfigDict, Field, field_validator


class Event(BaseModel):
    """An envelope."""

    model_config = ConfigDict(frozen=True)

    event_id: str = Field(..., min_length=26)
    event_type: str = Field(...)
    schema_version: str = Field(default="3.0.0")

    @field_validator("event_id", "event_type")
    def check(cls, value):
        return value

    def __repr__(self):
        return f"Event(event_id={self.event_id[:8]}..., event_type={self.event_type})"
