import { createHash } from 'node:crypto';
import { GROUPS, LEVELS, MARKS, SEEK } from './mark-scripts.ts';

/** How many replies to changes of a log are remembered. They expire a minute after the last change. */
export const MAX_REMEMBERED = 1_024;

/** The last part of a key: the record of a log, its lines, or the replies to its newest changes. */
export type KeyPart = 'm' | 's' | 'i';

/** A Lua script, run by its hash once the server knows it. */
export interface Script {
  readonly source: string;
  readonly sha: string;
  /** In the order of KEYS. While the slot of a log is being moved, a script runs only at a node that has all of them. */
  readonly keys: readonly KeyPart[];
}

/**
 * The keys of a log, all in one slot:
 *
 * - The record, a hash: e epoch, f first, h head, x end, t time, c carry, b bytes held, g generations, o open groups; and
 *   what mark-scripts.ts says. An older server ignores the fields that it does not know, and leaves them as they are.
 * - The lines, a stream whose entry `0-N` is line N: t time, d text, x extra as JSON.
 * - The replies to its newest changes, a hash: n their count, id of the change → reply, number modulo {@link MAX_REMEMBERED} → id.
 *
 * A generation is a run of the Redis server in which lines were appended: `RUN.HEAD`, with the head before its first line.
 * A failover or a restart begins another one. A process that has seen a later line in an earlier generation knows that
 * lines were lost in between, even if as many were appended since.
 *
 * ARGV of all scripts: 1 the shard channel, 2 an unused epoch, 3 to 6 the newest tail that the caller has seen: epoch, head,
 * generation, and 1 when the log had ended.
 */
const COMMON = `
local record, stream, recent = KEYS[1], KEYS[2], KEYS[3]
-- Lua formats large numbers as 1e+15.
local function int(n) return string.format('%.0f', n) end
local function publish(message) redis.call('SPUBLISH', ARGV[1], message) end

-- Whether anything that the caller has seen is gone.
local function lost(head, ended, generations)
  local seen = tonumber(ARGV[4])
  if tonumber(head) < seen or (ARGV[6] ~= '' and ended == '') then return true end
  local later = not string.find(' ' .. generations .. ' ', ' ' .. ARGV[5] .. ' ', 1, true)
  for generation in string.gmatch(generations, '%S+') do
    if later and tonumber(string.match(generation, '%d+$')) < seen then return true end
    later = later or generation == ARGV[5]
  end
  return false
end

-- The tail as strings {epoch, first, head, end, time, carry, generation, open groups}, the bytes held, all generations, and whether there is a log.
local function load()
  local r = redis.call('HMGET', record, 'e', 'f', 'h', 'x', 't', 'c', 'b', 'g', 'o')
  -- If either the record or the lines were evicted or deleted, the log is gone.
  if not r[1] or (r[3] ~= '0') ~= (redis.call('EXISTS', stream) == 1) then
    return {'', '1', '0', '', '0', '', '', ''}, 0, '', false
  end
  local generations = r[8] or ''
  if r[1] ~= '' and r[1] == ARGV[3] and lost(r[3], r[4], generations) then
    -- Line numbers that others have seen will be used again, so this needs a new epoch.
    r[1], generations = ARGV[2], ''
    redis.call('HSET', record, 'e', r[1], 'g', generations)
    publish('w')
  end
  return {r[1], r[2], r[3], r[4], r[5], r[6], string.match(generations, '%S+$') or '', r[9] or ''}, tonumber(r[7]), generations, true
end

-- The reply to a change that was already made. The caller repeats a change when the reply was lost with the connection.
local function reply_to(id)
  local reply = redis.call('HGET', recent, id)
  return reply and cjson.decode(reply)
end

local function remember(id, reply)
  local number = redis.call('HINCRBY', recent, 'n', 1) % ${MAX_REMEMBERED}
  local oldest = redis.call('HGET', recent, number)
  if oldest then redis.call('HDEL', recent, oldest) end
  redis.call('HSET', recent, number, id, id, cjson.encode(reply))
  redis.call('PEXPIRE', recent, 60000)
  return reply
end
`;

/**
 * ARGV: 7 id of the batch, 8 expected head or empty, 9 `=` and the expected epoch, or empty, 10 time, 11 carry in,
 * 12 carry out, 13 end or empty, 14 lengths of the texts separated by commas, 15 the texts, 16 runs of extras as JSON,
 * 17 the lines to publish, or empty when they are too large, 18 `=` and the groups in, or empty, 19 groups out, 20 line to
 * follow or empty, 21 digits and 22 marks of groups as in mark-scripts.ts, 23 `p` if the last line continues in the next. The
 * reply is {status, tail}.
 */
const APPEND = `
local again = reply_to(ARGV[7])
if again then return again end

local tail, bytes, generations, found = load()
if tail[4] ~= '' then return {'ended', tail} end
if ARGV[8] ~= '' and (ARGV[8] ~= tail[3] or (ARGV[9] ~= '' and ARGV[9] ~= '=' .. tail[1])) then return {'moved', tail} end
if ARGV[11] ~= tail[6] then return {'carry', tail} end
if ARGV[18] ~= '' and ARGV[18] ~= '=' .. tail[8] then return {'carry', tail} end
if ARGV[20] ~= '' and ARGV[20] ~= tail[3] then return {'carry', tail} end
if ARGV[14] == '' and ARGV[13] == '' then return {'ok', tail} end
if not found then redis.call('UNLINK', record, stream) end
local newer = {}

if ARGV[14] ~= '' then
  local head, time = tail[3], tail[5]
  if tail[1] == '' then tail[1] = ARGV[2] end
  if tonumber(ARGV[10]) > tonumber(tail[5]) then tail[5] = ARGV[10] end
  tail[6] = ARGV[12]
  local runs, run = cjson.decode(ARGV[16]), 1
  local index, at, added = 0, 1, nil
  for length in string.gmatch(ARGV[14], '%d+') do
    local text = string.sub(ARGV[15], at, at + length - 1)
    while runs[run] and index >= runs[run][1] + runs[run][2] do run = run + 1 end
    if runs[run] and index >= runs[run][1] then
      added = redis.call('XADD', stream, '0-*', 't', tail[5], 'd', text, 'x', runs[run][3])
    else
      added = redis.call('XADD', stream, '0-*', 't', tail[5], 'd', text)
    end
    if index == 0 and added ~= '0-' .. int(tonumber(tail[3]) + 1) then
      redis.call('XDEL', stream, added)
      return redis.error_reply('ERR the lines do not continue the log: its stream was changed by another program')
    end
    index, at = index + 1, at + length
  end
  local info = redis.pcall('INFO', 'server')
  local server = type(info) == 'string' and string.match(info, 'run_id:(%x+)')
  server = server and string.sub(server, 1, 12) or '0'
  if string.match(tail[7], '^%x+') ~= server then
    tail[7] = server .. '.' .. tail[3]
    local names = {}
    for name in string.gmatch(generations, '%S+') do names[#names + 1] = name end
    names[#names + 1] = tail[7]
    generations = table.concat(names, ' ', math.max(1, #names - 7))
  end
  add_marks(head, ARGV[21], ARGV[22], tail[5], time)
  tail[3] = string.sub(added, 3)
  bytes = bytes + #ARGV[15]
  if ARGV[18] ~= '' then tail[8] = ARGV[19] end
  newer = {'o', tail[8], 'p', tail[3] .. ARGV[23]}
end
if ARGV[13] ~= '' then tail[4] = ARGV[13] end
redis.call('HSET', record, 'e', tail[1], 'f', tail[2], 'h', tail[3], 'x', tail[4], 't', tail[5], 'c', tail[6], 'b', int(bytes), 'g', generations, unpack(newer))

if ARGV[14] ~= '' and ARGV[17] ~= '' then publish('l' .. cjson.encode(tail) .. '\\n' .. ARGV[17]) else publish('w') end
return remember(ARGV[7], {'ok', tail})
`;

/** ARGV: 7 after, 8 limit, 9 bytes. The reply is {tail, {time, text, extra as JSON or empty, …}}. */
const READ = `
local tail = load()
local from, limit, bytes = tonumber(ARGV[7]) + 1, tonumber(ARGV[8]), tonumber(ARGV[9])
local lines = {}
if from < tonumber(tail[2]) then return {tail, lines} end
local to = math.min(tonumber(tail[3]), from + limit - 1)
while from <= to do
  local page = redis.call('XRANGE', stream, '0-' .. int(from), '0-' .. int(to), 'COUNT', 100)
  if #page == 0 then return redis.error_reply('ERR lines of the log are missing: its stream was changed by another program') end
  for _, entry in ipairs(page) do
    if entry[1] ~= '0-' .. int(from) then return redis.error_reply('ERR lines of the log are missing: its stream was changed by another program') end
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
 * ARGV: 7 lines to keep or empty, 8 earliest time to keep or empty, 9 bytes to keep or empty, 10 lines to examine in this
 * run. The reply is {`more` or `done`, tail}. After `more` the caller runs it again, so that other clients get their turn.
 */
const TRIM = `
local tail, bytes, _, found = load()
if not found then return {'done', tail} end
local first, head, left = tonumber(tail[2]), tonumber(tail[3]), tonumber(ARGV[10])
local line = ARGV[7] == '' and first or head - tonumber(ARGV[7]) + 1
local time = ARGV[8] ~= '' and tonumber(ARGV[8])
local most = ARGV[9] ~= '' and tonumber(ARGV[9])
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
  if first > head and is_cut(tail[3]) then redis.call('HSET', record, 'p', tail[3] .. 'p') end
  redis.call('XTRIM', stream, 'MINID', '=', '0-' .. int(first))
  tail[2] = int(first)
  redis.call('HSET', record, 'f', tail[2], 'b', int(bytes))
  publish('w')
end
local more = trim_marks(first) or (left <= 0 and first <= head and not kept)
return {more and 'more' or 'done', tail}
`;

/** ARGV: 7 id of the change. The reply is {`removed` or `none`}. */
const REMOVE = `
local again = reply_to(ARGV[7])
if again then return again end
local _, _, _, found = load()
redis.call('UNLINK', record, stream)
if not found then return {'none'} end
publish('w')
return remember(ARGV[7], {'removed'})
`;

function script(body: string, keys: readonly KeyPart[]): Script {
  const source = COMMON + body;
  return { source, sha: createHash('sha1').update(source).digest('hex'), keys };
}

export const SCRIPTS = {
  append: script(MARKS + APPEND, ['m', 's', 'i']),
  read: script(READ, ['m', 's']),
  trim: script(MARKS + TRIM, ['m', 's']),
  remove: script(REMOVE, ['m', 's', 'i']),
  levels: script(MARKS + LEVELS, ['m', 's']),
  groups: script(MARKS + GROUPS, ['m', 's']),
  seek: script(MARKS + SEEK, ['m', 's']),
} as const;

/** Lines that one run of the trim script examines. */
export const TRIM_SLICE = 2_048;
