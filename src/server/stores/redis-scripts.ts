import { createHash } from 'node:crypto';

/** A Lua script, run by its hash once the server knows it. */
export interface Script {
  readonly source: string;
  readonly sha: string;
}

/**
 * Keys of a log, all in one slot: its record (a hash: e epoch, f first, h head, x end, t time, c carry, b bytes held), its
 * lines (a stream whose entry `0-N` is line N: t time, d text, x extra as JSON) and the replies to its newest changes.
 *
 * ARGV of all scripts: 1 the shard channel of the news, 2 an epoch nobody has used, 3 and 4 the newest epoch and head
 * the caller has seen.
 */
const COMMON = `
local record, stream, recent = KEYS[1], KEYS[2], KEYS[3]
-- Lua would write large numbers as 1e+15.
local function int(n) return string.format('%.0f', n) end
local function news(message) redis.call('SPUBLISH', ARGV[1], message) end

-- The tail as strings {epoch, first, head, end, time, carry}, and the bytes held.
local function load()
  local r = redis.call('HMGET', record, 'e', 'f', 'h', 'x', 't', 'c', 'b')
  -- The record and the lines are one: with either of them evicted or deleted the log is gone.
  if not r[1] or (r[3] ~= '0') ~= (redis.call('EXISTS', stream) == 1) then
    return {'', '1', '0', '', '0', ''}, 0, false
  end
  local tail = {r[1], r[2], r[3], r[4], r[5], r[6]}
  -- Fewer lines than were acknowledged: a failover lost some. Their numbers will be used again, so the epoch must not.
  if tail[1] ~= '' and tail[1] == ARGV[3] and tonumber(tail[3]) < tonumber(ARGV[4]) then
    tail[1] = ARGV[2]
    redis.call('HSET', record, 'e', tail[1])
    news('w')
  end
  return tail, tonumber(r[7]), true
end
`;

/**
 * ARGV: 5 id of the batch, 6 expected head or empty, 7 `=` and the expected epoch, or empty, 8 time, 9 carry in,
 * 10 carry out, 11 end or empty, 12 lengths of the texts, comma between, 13 the texts, 14 runs of extras as JSON,
 * 15 the lines as they are published, or empty when they are too large for that.
 *
 * The reply is {status, tail}. It is kept beside the id, so that a batch that is sent again, because the connection was
 * lost before the reply came, is answered and not appended again.
 */
const APPEND = `
local again = redis.call('LPOS', recent, ARGV[5])
if again then return cjson.decode(redis.call('LINDEX', recent, again + 1)) end

local tail, bytes, found = load()
if tail[4] ~= '' then return {'ended', tail} end
if ARGV[6] ~= '' and (ARGV[6] ~= tail[3] or (ARGV[7] ~= '' and ARGV[7] ~= '=' .. tail[1])) then return {'moved', tail} end
if ARGV[9] ~= tail[6] then return {'carry', tail} end
if ARGV[12] == '' and ARGV[11] == '' then return {'ok', tail} end
if not found then redis.call('UNLINK', record, stream) end

if ARGV[12] ~= '' then
  if tail[1] == '' then tail[1] = ARGV[2] end
  if tonumber(ARGV[8]) > tonumber(tail[5]) then tail[5] = ARGV[8] end
  tail[6] = ARGV[10]
  local runs, run = cjson.decode(ARGV[14]), 1
  local index, at, added = 0, 1, nil
  for length in string.gmatch(ARGV[12], '%d+') do
    local text = string.sub(ARGV[13], at, at + length - 1)
    while runs[run] and index >= runs[run][1] + runs[run][2] do run = run + 1 end
    if runs[run] and index >= runs[run][1] then
      added = redis.call('XADD', stream, '0-*', 't', tail[5], 'd', text, 'x', runs[run][3])
    else
      added = redis.call('XADD', stream, '0-*', 't', tail[5], 'd', text)
    end
    index, at = index + 1, at + length
  end
  tail[3] = string.sub(added, 3)
  bytes = bytes + #ARGV[13]
end
if ARGV[11] ~= '' then tail[4] = ARGV[11] end
redis.call('HSET', record, 'e', tail[1], 'f', tail[2], 'h', tail[3], 'x', tail[4], 't', tail[5], 'c', tail[6], 'b', int(bytes))

local reply = {'ok', tail}
redis.call('LPUSH', recent, cjson.encode(reply), ARGV[5])
redis.call('LTRIM', recent, 0, 2047)
redis.call('PEXPIRE', recent, 60000)
if ARGV[12] ~= '' and ARGV[15] ~= '' then news('l' .. cjson.encode(tail) .. '\\n' .. ARGV[15]) else news('w') end
return reply
`;

/** ARGV: 5 after, 6 limit, 7 bytes. The reply is {tail, {time, text, extra as JSON or empty, …}}. */
const READ = `
local tail = load()
local from, limit, bytes = tonumber(ARGV[5]) + 1, tonumber(ARGV[6]), tonumber(ARGV[7])
local lines = {}
if from < tonumber(tail[2]) then return {tail, lines} end
local to = math.min(tonumber(tail[3]), from + limit - 1)
while from <= to do
  local page = redis.call('XRANGE', stream, '0-' .. int(from), '0-' .. int(to), 'COUNT', 100)
  if #page == 0 then return redis.error_reply('ERR lines of the log are missing: its stream was changed by somebody else') end
  for _, entry in ipairs(page) do
    if entry[1] ~= '0-' .. int(from) then return redis.error_reply('ERR lines of the log are missing: its stream was changed by somebody else') end
    local f = entry[2]
    bytes = bytes - #f[4]
    if bytes < 0 and #lines > 0 then return {tail, lines} end
    lines[#lines + 1] = f[2]
    lines[#lines + 1] = f[4]
    lines[#lines + 1] = f[6] or ''
    from = from + 1
  end
end
return {tail, lines}
`;

/**
 * ARGV: 5 lines to keep or empty, 6 earliest time to keep or empty, 7 bytes to keep or empty, 8 lines to look at in this
 * run. The reply is {`more` or `done`, tail}: after `more` the caller runs it again, so that other clients get their turn.
 */
const TRIM = `
local tail, bytes, found = load()
if not found then return {'done', tail} end
local first, head, left = tonumber(tail[2]), tonumber(tail[3]), tonumber(ARGV[8])
local line = ARGV[5] == '' and first or head - tonumber(ARGV[5]) + 1
local time = ARGV[6] ~= '' and tonumber(ARGV[6])
local most = ARGV[7] ~= '' and tonumber(ARGV[7])
local old, kept = first, false
while first <= head and left > 0 and not kept do
  if first >= line and not time and (not most or bytes <= most) then break end
  for _, entry in ipairs(redis.call('XRANGE', stream, '0-' .. int(first), '0-' .. int(head), 'COUNT', 32)) do
    local f = entry[2]
    if first >= line and (not time or tonumber(f[2]) >= time) and (not most or bytes <= most) then kept = true break end
    bytes, first, left = bytes - #f[4], first + 1, left - 1
  end
end
if first > old then
  redis.call('XTRIM', stream, 'MINID', '=', '0-' .. int(first))
  tail[2] = int(first)
  redis.call('HSET', record, 'f', tail[2], 'b', int(bytes))
  news('w')
end
return {(left <= 0 and first <= head and not kept) and 'more' or 'done', tail}
`;

/** ARGV: 5 id of the change. The reply is {`removed` or `none`}. */
const REMOVE = `
local again = redis.call('LPOS', recent, ARGV[5])
if again then return cjson.decode(redis.call('LINDEX', recent, again + 1)) end
local _, _, found = load()
redis.call('UNLINK', record, stream)
if not found then return {'none'} end
redis.call('LPUSH', recent, cjson.encode({'removed'}), ARGV[5])
redis.call('LTRIM', recent, 0, 2047)
redis.call('PEXPIRE', recent, 60000)
news('w')
return {'removed'}
`;

function script(body: string): Script {
  const source = COMMON + body;
  return { source, sha: createHash('sha1').update(source).digest('hex') };
}

export const SCRIPTS = { append: script(APPEND), read: script(READ), trim: script(TRIM), remove: script(REMOVE) } as const;

/** Lines that one run of the trim script looks at. */
export const TRIM_SLICE = 2_048;
