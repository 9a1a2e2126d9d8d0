"""Streams are cut only behind what every group has acknowledged.

Groups that somebody else made (to follow `claims.detected`, say) count as much as our own, but a foreign
group cannot hold a stream for ever: entries older than the retention are cut even if it has not read them,
and that is said aloud. Our own groups hold their streams without limit.
"""

from dataclasses import dataclass
from typing import Any

import structlog
from redis.asyncio import Redis

from schemas import STREAMS, TOPOLOGY
from services.kit.presence import server_time

log = structlog.get_logger()

# KEYS: the stream. ARGV: lowest id to keep for foreign groups, lowest id to keep where nobody reads,
# then the names of our own groups. Returns entries cut, and entries cut that a foreign group had not read.
SCRIPT = """
local function less(a, b)
  local am, as = a:match('(%d+)-(%d+)')
  local bm, bs = b:match('(%d+)-(%d+)')
  if #am ~= #bm then return #am < #bm end
  if am ~= bm then return am < bm end
  if #as ~= #bs then return #as < #bs end
  return as < bs
end
if redis.call('EXISTS', KEYS[1]) == 0 then return {0, 0} end
local own = {}
for i = 3, #ARGV do own[ARGV[i]] = true end
local keep, unread = nil, 0
local groups = redis.call('XINFO', 'GROUPS', KEYS[1])
local missing = #ARGV - 2
for _, fields in ipairs(groups) do
  local group = {}
  for i = 1, #fields, 2 do group[fields[i]] = fields[i + 1] end
  if own[group['name']] then missing = missing - 1 end
  local pending = redis.call('XPENDING', KEYS[1], group['name'])
  local needs = pending[1] > 0 and pending[2] or nil
  if not needs then
    local following = redis.call('XRANGE', KEYS[1], '(' .. group['last-delivered-id'], '+', 'COUNT', 1)
    needs = #following > 0 and following[1][1] or nil
  end
  if needs and not own[group['name']] and less(needs, ARGV[1]) then
    local passed = redis.call('XRANGE', KEYS[1], needs, '(' .. ARGV[1], 'COUNT', 1000)
    unread = unread + #passed
    needs = ARGV[1]
  end
  if needs and (not keep or less(needs, keep)) then keep = needs end
end
-- An own group that is not made yet will begin at the first entry: it needs all of them.
if missing > 0 then return {0, 0} end
if #groups == 0 then keep = ARGV[2] end
if not keep then return {redis.call('XTRIM', KEYS[1], 'MAXLEN', 0), unread} end
return {redis.call('XTRIM', KEYS[1], 'MINID', keep), unread}
"""


@dataclass(frozen=True)
class Trimmed:
    """What was cut off one stream."""

    stream: str
    entries: int
    unread: int
    """Entries that a foreign group had not acknowledged (counted up to 1,000 for each group)."""


async def trim_streams(redis: "Redis", retention: float) -> list[Trimmed]:
    """Cut each stream; `retention` is how many seconds a foreign group, or nobody, keeps an entry."""
    script = redis.register_script(SCRIPT)
    oldest = f"{int((await server_time(redis) - retention) * 1000)}-0"
    own = {row.source: row.group for row in TOPOLOGY}
    trimmed = []
    for stream in STREAMS:
        groups = [own[stream]] if stream in own else []
        answer: Any = await script(keys=[stream], args=[oldest, oldest, *groups])
        one = Trimmed(stream, int(answer[0]), int(answer[1]))
        if one.unread:
            log.error(
                "unread_entries_trimmed", stream=stream, entries=one.unread, retention_seconds=retention
            )
        trimmed.append(one)
    return trimmed
