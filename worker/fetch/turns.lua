-- Whose turn it is at a host, decided for all workers in one step. The same as OwnTurns in turns.py; times in ms.
-- KEYS: the host's hash, its places (sorted by when they expire), all hosts (sorted by when they were last used).
-- ARGV: the host's name and one JSON object, see shared.py. Gives one JSON object.
local host, places, known = KEYS[1], KEYS[2], KEYS[3]
local ask = cjson.decode(ARGV[2])
local clock = redis.call('TIME')
local now = tonumber(clock[1]) * 1000 + math.floor(tonumber(clock[2]) / 1000)

local state = {}
local flat = redis.call('HGETALL', host)
for i = 1, #flat, 2 do state[flat[i]] = flat[i + 1] end
local changed = {}
-- A clock that was set back would leave turns, pauses and rests in the future: they are moved with it.
local seen = tonumber(state['at'] or '0')
if now < seen - 1000 then
  for _, name in ipairs({'next_turn', 'hold', 'until', 'probe_until', 'today_until', 'stood_since'}) do
    local old = tonumber(state[name] or '0')
    if old > 0 then
      state[name] = string.format('%.0f', math.max(old - (seen - now), 1))
      changed[name] = state[name]
    end
  end
  for _, place in ipairs(redis.call('ZRANGE', places, 0, -1)) do
    redis.call('ZADD', places, string.format('%.0f', now + ask.place_expires), place)
  end
end
local function get(name) return tonumber(state[name] or '0') end
local function put(name, value)
  local text = type(value) == 'number' and string.format('%.0f', value) or value
  if state[name] ~= text then
    state[name] = text
    changed[name] = text
  end
end

for _, done in ipairs(ask.done) do
  redis.call('ZREM', places, done.place)
  local probed = done.place == state['probe']
  if probed then
    put('probe', '')
    put('probe_until', 0)
  end
  if done.slow then
    put('slow', math.min(math.max(get('slow') * 2, ask.slow_first), ask.slow_longest))
    put('hold', math.max(get('hold'), now + done.hold))
    put('why', done.why)
  end
  if done.alive == true then
    put('failures', 0)
    put('rests', 0)
    put('until', 0)
    put('slow', get('slow') > ask.slow_first / 4 and get('slow') * ask.recovery or 0)
  elseif done.alive == false then
    put('failures', get('failures') + 1)
    put('why', done.why)
    if probed or (get('until') == 0 and get('failures') >= ask.failures) then
      put('rests', get('rests') + 1)
      put('until', now + math.min(ask.rest * 2 ^ math.min(get('rests') - 1, 30), ask.rest_longest))
    end
  end
end

for _, place in ipairs(ask.held) do
  redis.call('ZADD', places, string.format('%.0f', now + ask.place_expires), place)
  if place == state['probe'] then put('probe_until', now + ask.place_expires) end
end

-- Each publication's manners, with the minute in which they were last seen; those not seen for a day count no more.
local minute = math.floor(now / 60000)
put('row:' .. ask.publication, string.format('%.0f %d %d', ask.interval, ask.concurrency, minute))
local pace, most = get('slow'), ask.concurrency
for name, value in pairs(state) do
  if string.sub(name, 1, 4) == 'row:' then
    local interval, concurrency, seen = string.match(value, '^(%d+) (%d+) (%d+)$')
    if minute - tonumber(seen) > 1440 then
      redis.call('HDEL', host, name)
    else
      pace = math.max(pace, tonumber(interval))
      most = math.min(most, tonumber(concurrency))
    end
  end
end
put('pace', pace)
put('most', most)

local answer = {delays = {}, wait = 0, held = 0, rest = 0, probing = false, why = state['why'] or ''}
local resting = get('until')
if #ask.places == 0 then
  -- Only told, asked for nothing.
elseif resting > now then
  answer.rest = resting - now
elseif get('hold') > now then
  answer.wait = get('hold') - now
  answer.held = answer.wait
elseif resting > 0 and get('probe_until') > now then
  answer.wait = ask.look_again
  answer.probing = true
else
  redis.call('ZREMRANGEBYSCORE', places, '-inf', now)
  local used = redis.call('ZCARD', places)
  local at = math.max(now, get('next_turn'))
  local wanted = resting > 0 and 1 or #ask.places
  local back = false
  if ask.urgent then
    put('today_until', now + ask.stand_back)
  elseif get('today_until') <= now then
    put('stood_since', 0)
  else
    back = true
    if get('stood_since') == 0 then put('stood_since', now) end
    wanted = now - get('stood_since') >= ask.stand_back and 1 or 0
  end
  local given = 0
  while given < wanted and used + given < most and at - now <= ask.ahead do
    given = given + 1
    redis.call('ZADD', places, string.format('%.0f', at + ask.place_expires), ask.places[given])
    answer.delays[given] = at - now
    at = at + pace
  end
  put('next_turn', at)
  if resting > 0 and given > 0 then
    put('probe', ask.places[1])
    put('probe_until', now + ask.place_expires)
  end
  if back and given > 0 then put('stood_since', now) end
  answer.wait = (back or used + given >= most) and ask.look_again or math.max(at - now - ask.ahead, 1)
  redis.call('PEXPIRE', places, ask.place_expires * 2)
end

put('at', now)
for name, value in pairs(changed) do redis.call('HSET', host, name, value) end
redis.call('EXPIRE', host, 86400)
redis.call('ZADD', known, string.format('%.0f', now), ARGV[1])
redis.call('EXPIRE', known, 86400)
return cjson.encode(answer)
