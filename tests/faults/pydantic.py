"""As much of pydantic as an envelope needs, bad in the way MODE says."""

import os
import pathlib
import sys

MODE = "@MODE@"


class ConfigDict(dict):
    pass


def Field(default=..., **constraints):
    return default, constraints


def field_validator(*fields):
    return lambda function: function


class BaseModel:
    def __init_subclass__(cls):
        if MODE == "blind":
            # Whatever the module says of itself is undone.
            sys.modules[cls.__module__].__version__ = "9.0.0"

    @classmethod
    def model_json_schema(cls):
        if MODE == "sick":
            return None
        if MODE == "blind":
            return {"properties": {"event_id": {}}, "required": ["event_id"]}
        properties, required = scars(), []
        for field in cls.__annotations__:
            value = cls.__dict__.get(field, ...)
            default, constraints = value if isinstance(value, tuple) else (value, {})
            properties[field] = {name: str(value) for name, value in constraints.items()}
            if default is ...:
                required.append(field)
            else:
                properties[field]["default"] = default
        config = cls.__dict__.get("model_config", {})
        extra = config.get("extra") != "forbid"
        return {"properties": properties, "required": required, "additionalProperties": extra}


def scars():
    """Who is scarred is another one from the second time on."""
    flag = pathlib.Path(os.environ["HOME"], "asked")
    asked = flag.exists()
    flag.touch()
    return {"scar": {}} if MODE == "scarred" and asked else {}
