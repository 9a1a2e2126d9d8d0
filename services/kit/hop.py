"""The ack-gated hop: acknowledging an entry and handing on its result are one act.

A worker that was paused while another took its entry over finds it acknowledged and hands nothing on,
so each entry leads to one entry on the next stream whatever is killed in between.
"""

from collections.abc import Iterable

from redis.asyncio import Redis

# KEYS: source stream, target stream. ARGV: group, then for each entry its id and the result
# ('' hands nothing on). Returns the number of entries that this call acknowledged.
SCRIPT = """
local ended = 0
for i = 2, #ARGV, 2 do
  if redis.call('XACK', KEYS[1], ARGV[1], ARGV[i]) == 1 then
    ended = ended + 1
    if ARGV[i + 1] ~= '' then redis.call('XADD', KEYS[2], '*', '__data__', ARGV[i + 1]) end
  end
end
return ended
"""


class Hop:
    """Hands results of `group` on from one stream to the next."""

    def __init__(self, redis: "Redis", source: str, target: str, group: str) -> None:
        self._script = redis.register_script(SCRIPT)
        self._keys = [source, target]
        self._group = group

    async def __call__(self, ended: Iterable[tuple[str, bytes | None]]) -> int:
        """Acknowledge each entry and hand on its result, None for nothing.

        Returns how many entries were still this group's to end.
        """
        arguments: list[str | bytes] = [self._group]
        for entry_id, result in ended:
            arguments += [entry_id, result or b""]
        return int(await self._script(keys=self._keys, args=arguments))
