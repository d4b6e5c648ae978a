/** Lines whose ranks are kept together, at most. */
const CHUNK_LINES = 512;
/** Parts of levels that one run of a script counts, and groups that one run looks at. */
const LEVELS_SLICE = 50;
const GROUPS_SLICE = 250;
/** Chunks and groups that one run of the trim script looks at. */
const TRIM_MARKS_SLICE = 500;

/**
 * What is kept of the marks of a log, all in fields of its record: an older server does not look at them, and removes them with
 * the log. Nothing is written for lines without marks, so those that an older server appended count as such.
 *
 * - `c:N`, `r:N`: chunk N. The number of the line before its first, when its first line was written, and the six sums of entries
 *   before it; then one digit for each of its lines: 0, or the rank of an entry plus 1. A chunk begins where an entry finds none;
 *   after its last digit there are no entries up to the next chunk.
 * - `g:N`: group N as it began: line, time, group around it or 0, warnings and errors before it, depth, and its mark as JSON.
 *   `e:N`: as it ended: line, time, line of the mark that ended it, warnings and errors up to there. `u:N`: the line that opened it.
 * - `m`: the state after the last line with marks, see `load_marks`.
 * - `p`: the last line when this field was written, then `p` if it continues in the next. An older server does not write it.
 */
export const MARKS = `
local function numbers(text)
  local list = {}
  for number in string.gmatch(text, '[%d.]+') do list[#list + 1] = tonumber(number) end
  return list
end

-- sums: entries in all lines. from, last: the chunks; line: the one before chunk last. open: groups, outermost first; ended: the one
-- that ended last, or 0. groups: how many began. first: groups before this one were trimmed, except kept. nested: 1 if the depth of
-- each is the number of groups around it; nil where an older server wrote.
local function load_marks()
  local text = redis.call('HGET', record, 'm')
  if not text then
    return {sums = {0, 0, 0, 0, 0, 0}, from = 1, last = 0, line = 0, open = {}, ended = 0, groups = 0, first = 1, kept = {}, nested = 1}
  end
  local lists = {}
  for list in string.gmatch(text, '([^;]*);') do lists[#lists + 1] = numbers(list) end
  local n = lists[2]
  return {text = text, sums = lists[1], from = n[1], last = n[2], line = n[3], ended = n[4], groups = n[5], first = n[6], nested = n[7], open = lists[3], kept = lists[4]}
end

local function save_marks(m)
  local function join(list) return table.concat(list, ' ') .. ';' end
  local n = {m.from, m.last, int(m.line), m.ended, m.groups, m.first, m.nested}
  local text = join(m.sums) .. join(n) .. join(m.open) .. join(m.kept)
  if text ~= m.text then redis.call('HSET', record, 'm', text) end
end

-- Adds the entries among these digits to sums.
local function count(digits, from, to, sums)
  for at = from, to, ${CHUNK_LINES} do
    local bytes = {string.byte(digits, at, math.min(to, at + ${CHUNK_LINES - 1}))}
    for index = 1, #bytes do
      local rank = bytes[index] - 48
      if rank > 0 then sums[rank] = sums[rank] + 1 end
    end
  end
end

-- The field of chunk i, read once in a run.
local read = {}
local function chunk(i)
  local text = read[i]
  if not text then
    text = redis.call('HGET', record, 'c:' .. i)
    read[i] = text
  end
  return text
end

-- The line before chunk i, when its first line was written, and the sums up to there.
local function line_before(i) return tonumber(string.match(chunk(i), '^%d+')) end
local function time_in(i) return string.match(chunk(i), '^%d+ (%S+)') end
local function sums_before(i) return {unpack(numbers(chunk(i)), 3)} end

-- The last number from low to high that passes, where all before it pass too; low - 1 if there is none.
local function last_that(low, high, passes)
  while low <= high do
    local middle = math.floor((low + high) / 2)
    if passes(middle) then low = middle + 1 else high = middle - 1 end
  end
  return high
end

-- The last chunk that begins after this line or before; m.from - 1 if there is none.
local function last_chunk(m, line)
  local low, high = m.from, m.last
  local function passes(i) return line_before(i) <= line end
  if low < high then
    -- Chunks are mostly about equally long: look near the right place first.
    local from = line_before(low)
    local guess = low + math.floor((high - low) * (line - from) / math.max(1, m.line - from))
    guess = math.min(math.max(guess, low), high)
    local step = 1
    if passes(guess) then
      while guess + step <= high and passes(guess + step) do guess, step = guess + step, step * 2 end
      low, high = guess, math.min(high, guess + step - 1)
    else
      while guess - step >= low and not passes(guess - step) do guess, step = guess - step, step * 2 end
      low, high = math.max(low, guess - step), guess - 1
    end
  end
  return last_that(low, high, passes)
end

-- The entries in lines 1 to line, as six sums; i is the last chunk that begins before.
local function sums_in(m, i, line)
  if m.last < m.from then return m.sums end
  -- Nothing that counts is before the first chunk.
  if i < m.from then return sums_before(m.from) end
  local length = line - line_before(i)
  if length >= ${CHUNK_LINES} then return i == m.last and m.sums or sums_before(i + 1) end
  local sums = sums_before(i)
  if length > 0 then
    local digits = redis.call('HGET', record, 'r:' .. i)
    count(digits, 1, math.min(#digits, length), sums)
  end
  return sums
end
local function sums_up_to(m, line) return sums_in(m, last_chunk(m, line), line) end

-- Adds lines head + 1 …, given as digits, to the chunks.
local function add_entries(m, head, digits, time)
  local at = string.find(digits, '[^0]')
  while at do
    local line = head + at
    if m.last < m.from or line > m.line + ${CHUNK_LINES} then
      m.line, m.last = line - 1, m.last + 1
      redis.call('HSET', record, 'c:' .. m.last, int(m.line) .. ' ' .. time .. ' ' .. table.concat(m.sums, ' '))
    end
    local to = math.min(#digits, m.line + ${CHUNK_LINES} - head)
    local held = redis.call('HGET', record, 'r:' .. m.last) or ''
    -- The lines in between have no marks.
    local gap = string.rep('0', line - 1 - m.line - #held)
    redis.call('HSET', record, 'r:' .. m.last, held .. gap .. string.sub(digits, at, to))
    count(digits, at, to, m.sums)
    at = string.find(digits, '[^0]', to + 1)
  end
end

-- Adds marks of groups, each as {index of its line, ends, whether it opens one, depth and JSON of what begins}.
local function add_groups(m, head, digits, marks, time, time_before)
  local sums, counted = {unpack(m.sums)}, 0
  local function inside(index)
    count(digits, counted + 1, math.min(#digits, index), sums)
    counted = math.max(counted, index)
    return int(sums[4]) .. ' ' .. int(sums[5] + sums[6])
  end
  for index, ends, opens, depth, start in string.gmatch(marks, '(%d+) (%d+) (%d) (%d*) ([^\\n]*)\\n') do
    local line = head + tonumber(index)
    -- Before a line that begins a group, others end with the line before.
    local last = start ~= '' and index - 1 or tonumber(index)
    for _ = 1, math.min(tonumber(ends), #m.open) do
      m.ended = table.remove(m.open)
      local ended = int(head + last) .. ' ' .. (last == 0 and time_before or time) .. ' ' .. int(line) .. ' ' .. inside(last)
      redis.call('HSET', record, 'e:' .. m.ended, ended)
    end
    local shown = m.open[#m.open] or m.ended
    if opens == '1' and redis.call('HEXISTS', record, 'g:' .. shown) == 1 then redis.call('HSETNX', record, 'u:' .. shown, int(line)) end
    if start ~= '' then
      if m.nested == 1 and tonumber(depth) ~= #m.open then m.nested = 0 end
      m.groups = m.groups + 1
      local began = int(line) .. ' ' .. time .. ' ' .. (m.open[#m.open] or 0) .. ' ' .. inside(index - 1)
      redis.call('HSET', record, 'g:' .. m.groups, began .. ' ' .. depth .. ' ' .. start)
      m.open[#m.open + 1] = m.groups
    end
  end
end

-- Whether line head continues in the next one.
local function is_cut(head)
  local line, cut = string.match(redis.call('HGET', record, 'p') or '', '^(%d+)(p?)$')
  if line == head then return cut == 'p' end
  local entry = redis.call('XRANGE', stream, '0-' .. head, '0-' .. head)[1]
  return entry ~= nil and entry[2][6] ~= nil and cjson.decode(entry[2][6]).p == 1
end

-- Adds lines head + 1 …; head is a string.
local function add_marks(head, digits, marks, time, time_before)
  if digits == '' and marks == '' then return end
  local m = load_marks()
  if string.find(digits, '^[^0]') and is_cut(head) then digits = '0' .. string.sub(digits, 2) end
  if marks ~= '' then add_groups(m, tonumber(head), digits, marks, time, time_before) end
  add_entries(m, tonumber(head), digits, time)
  save_marks(m)
end

-- Removes what is only of lines before first; returns whether something may be left to remove.
local function trim_marks(first)
  if redis.call('HEXISTS', record, 'm') == 0 then return false end
  local m, left = load_marks(), ${TRIM_MARKS_SLICE}
  while m.from < m.last and left > 0 and line_before(m.from + 1) < first do
    redis.call('HDEL', record, 'c:' .. m.from, 'r:' .. m.from)
    m.from, left = m.from + 1, left - 1
  end
  -- Groups that are kept are around each other, so there are few.
  local kept = {}
  local function keep_or_remove(i, ended)
    if ended and numbers(ended)[3] < first then
      redis.call('HDEL', record, 'g:' .. i, 'e:' .. i, 'u:' .. i)
    else
      kept[#kept + 1] = i
    end
  end
  for _, i in ipairs(m.kept) do keep_or_remove(i, redis.call('HGET', record, 'e:' .. i)) end
  while m.first <= m.groups and left > 0 do
    local fields = redis.call('HMGET', record, 'g:' .. m.first, 'e:' .. m.first)
    if tonumber(string.match(fields[1], '^%d+')) >= first then break end
    keep_or_remove(m.first, fields[2])
    m.first, left = m.first + 1, left - 1
  end
  m.kept = kept
  save_marks(m)
  return left == 0
end

-- What a query covers.
local function within(tail)
  local first, head = tonumber(tail[2]), tonumber(tail[3])
  local after = math.min(math.max(tonumber(ARGV[7]), first - 1), head)
  return after, math.max(after, math.min(tonumber(ARGV[8]), head))
end

local function time_of(line)
  local entry = redis.call('XRANGE', stream, '0-' .. int(line), '0-' .. int(line))[1]
  if not entry then error({err = 'ERR lines of the log are missing: its stream was changed by another program'}) end
  return entry[2][2]
end
`;

/**
 * ARGV: 7 after, 8 upto, 9 parts, 10 the border to begin with. Border 0 is at line `after`, border `parts` at line `upto`. The
 * reply is {tail, after, upto, border to continue with or 0, {line, time of the next line or 0, six sums up to the line, …}}.
 */
export const LEVELS = `
local tail = load()
local after, upto = within(tail)
local parts, from = math.min(tonumber(ARGV[9]), math.max(1, upto - after)), tonumber(ARGV[10])
local to = math.min(parts, from + ${LEVELS_SLICE})
local m, borders = load_marks(), {}
for border = from, to do
  local line = after + math.floor((upto - after) * border / parts)
  local i, time = last_chunk(m, line), '0'
  if border < parts and upto - after > parts * ${2 * CHUNK_LINES} and i >= m.from then
    -- In a long part a chunk nearby is as good, and need not be read.
    local before = line_before(i)
    if before > after and line - before < ${CHUNK_LINES} then line, time = before, time_in(i) end
  end
  if line < upto and time == '0' then time = time_of(line + 1) end
  borders[#borders + 1] = int(line)
  borders[#borders + 1] = time
  borders[#borders + 1] = table.concat(sums_in(m, i, line), ' ')
end
return {tail, int(after), int(upto), to < parts and tostring(to + 1) or '0', borders}
`;

/**
 * ARGV: 7 after, 8 upto, 9 limit, 10 depth, 11 the group to continue with or 0. The reply is {tail, after, upto, group to
 * continue with or 0, 1 if there are more, sums before the first line, sums up to upto, groups that may be around, groups}; of
 * each group its three fields, empty if there is none.
 */
export const GROUPS = `
local tail = load()
local after, upto = within(tail)
local limit, depth, at = tonumber(ARGV[9]), tonumber(ARGV[10]), tonumber(ARGV[11])
local m, around, groups, more = load_marks(), {}, {}, '0'
-- The fields, line, depth and parent of group i; nil if it was trimmed.
local function group(i)
  local f = redis.call('HMGET', record, 'g:' .. i, 'e:' .. i, 'u:' .. i)
  if not f[1] then return nil end
  local line, parent, d = string.match(f[1], '^(%d+) %S+ (%d+) %d+ %d+ (%d+) ')
  return f, tonumber(line), tonumber(d), tonumber(parent)
end
local function add(list, f)
  for field = 1, 3 do list[#list + 1] = f[field] or '' end
end
if at == 0 then
  local nearest = last_that(m.first, m.groups, function(i) return select(2, group(i)) <= after end)
  at = nearest + 1
  if nearest < m.first then nearest = m.kept[#m.kept] or 0 end
  while nearest > 0 do
    local f, _, d, parent = group(nearest)
    if f and d <= depth then add(around, f) end
    nearest = f and parent or 0
  end
end
local left, continue = ${GROUPS_SLICE}, 0
-- Whether group i begins at this line or before, as one that was trimmed did.
local function begins_by(i, line)
  left = left - 1
  local f = redis.call('HGET', record, 'g:' .. i)
  return not f or tonumber(string.match(f, '^%d+')) <= line
end
-- The first group after those inside of the one around group at that is just not too deep: all these are too deep.
local function after_inside(at, f, d, parent)
  local line
  while f and d > depth and parent > 0 do
    left = left - 1
    f, line, d, parent = group(parent)
  end
  if not f then return at + 1 end
  if not f[2] then return m.groups + 1 end
  local last, low, step = numbers(f[2])[1], at + 1, 1
  while low + step - 1 <= m.groups and begins_by(low + step - 1, last) do low, step = low + step, step * 2 end
  return last_that(low, math.min(m.groups, low + step - 2), function(i) return begins_by(i, last) end) + 1
end
while at <= m.groups do
  if left <= 0 then continue = at break end
  left = left - 1
  local f, line, d, parent = group(at)
  if f and line > upto then break end
  if f and d <= depth then
    if #groups == 3 * limit then more = '1' break end
    add(groups, f)
  end
  at = f and d > depth and m.nested == 1 and after_inside(at, f, d, parent) or at + 1
end
local function sums(line) return table.concat(sums_up_to(m, line), ' ') end
return {tail, int(after), int(upto), tostring(continue), more, sums(tonumber(tail[2]) - 1), sums(upto), around, groups}
`;

/** ARGV: 7 `time`, `next` or `previous`, 8 the time or the line, 9 the rank plus 1. The reply is {tail, line, its time}, or {tail}. */
export const SEEK = `
local tail = load()
local first, head, at = tonumber(tail[2]), tonumber(tail[3]), tonumber(ARGV[8])
local m, found = load_marks(), nil

-- Entries of this rank and above.
local function above(sums)
  local entries = 0
  for rank = tonumber(ARGV[9]), 6 do entries = entries + sums[rank] end
  return entries
end
-- The chunk that has the entry with this number.
local function chunk_of(number)
  local i = last_that(m.from, m.last, function(i) return above(sums_before(i)) < number end)
  return line_before(i), redis.call('HGET', record, 'r:' .. i)
end

if ARGV[7] == 'time' then
  found = last_that(first, head, function(line) return tonumber(time_of(line)) < at end) + 1
elseif ARGV[7] == 'next' then
  local after = math.max(at, first - 1)
  local number = above(sums_up_to(m, after)) + 1
  if number <= above(m.sums) then
    local before, digits = chunk_of(number)
    found = before + string.find(digits, '[' .. ARGV[9] .. '-6]', math.max(after - before, 0) + 1)
  end
else
  local last = math.min(at - 1, head)
  local number = last >= first and above(sums_up_to(m, last)) or 0
  if number > 0 and number > above(sums_up_to(m, first - 1)) then
    local before, digits = chunk_of(number)
    found = math.min(last - before, #digits)
    while string.byte(digits, found) < string.byte(ARGV[9]) do found = found - 1 end
    found = before + found
  end
end
if not found or found > head then return {tail} end
return {tail, int(found), time_of(found)}
`;
