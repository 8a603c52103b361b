"""What was answered before, within bounds."""

from typing import TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")

# Beyond so many answers all are let go and found anew: no stream of learners can fill the memory.
MOST = 20_000


class Memory(dict[Key, Value]):
    """A dictionary that never grows beyond `MOST`, if it is filled by `keep`."""

    def keep(self, key: Key, value: Value) -> Value:
        """The value, which the key has from now on."""
        if len(self) >= MOST:
            self.clear()
        self[key] = value
        return value
