-- Sends each trigger of a file once, at its moment, whatever became of those before it.
--
-- wrk asks delay() when a connection is free, waits so long, then asks request(): a connection
-- takes the next moment in line. What counts is the time from that moment to the answer, so a
-- server that is slow is not spared the waiting of those who could not even be sent.
--
-- Of the file each line is: correlation id, tab, token, tab, body. Of the answers: correlation id,
-- moment, begin and end in microseconds, status, body.

local ffi = require("ffi")
ffi.cdef[[
typedef struct { long sec; long nsec; } burst_timespec;
int clock_gettime(int clock, burst_timespec *at);
]]

local MONOTONIC = 1
local at = ffi.new("burst_timespec")

local function now_us()
    ffi.C.clock_gettime(MONOTONIC, at)
    return tonumber(at.sec) * 1e6 + tonumber(at.nsec) / 1e3
end

local threads = {}

function setup(thread)
    thread:set("items", os.getenv("BURST_ITEMS"))
    thread:set("answers", os.getenv("BURST_ANSWERS"))
    thread:set("per_s", tonumber(os.getenv("BURST_PER_S")))
    table.insert(threads, thread)
end

local waiting, sent, moments = {}, {}, {}
local taken, asked, answered, began = 0, 0, 0, nil

function init(args)
    for line in io.lines(items) do
        local id, token, body = line:match("^([^\t]*)\t([^\t]*)\t(.*)$")
        waiting[#waiting + 1] = {id = id, token = token, body = body}
    end
    out = assert(io.open(answers .. ".part", "w"))
    wrk.method, wrk.path = "POST", "/v1/emergencies"
end

function delay()
    local now = now_us()
    began = began or now + 0.5e6  -- all connections are made by then
    taken = taken + 1
    if taken > #waiting then
        return 3600 * 1000  -- nothing left for this connection
    end
    return math.max(0, math.ceil((began + (taken - 1) / per_s * 1e6 - now) / 1e3))
end

function request()
    if not began then
        return wrk.format()  -- wrk looks at one before it begins, and never sends it
    end
    asked = asked + 1
    local one = waiting[asked]
    moments[one.id] = began + (asked - 1) / per_s * 1e6
    sent[one.id] = now_us()
    return wrk.format(nil, nil, {
        ["Authorization"] = "Bearer " .. one.token,
        ["Content-Type"] = "application/json",
        ["X-Correlation-Id"] = one.id,
    }, one.body)
end

function response(status, headers, body)
    local done = now_us()
    local id = headers["x-correlation-id"] or headers["X-Correlation-Id"] or "?"
    out:write(string.format("%s\t%.0f\t%.0f\t%.0f\t%d\t%s\n",
        id, moments[id] or 0, sent[id] or 0, done, status, body))
    answered = answered + 1
    if answered == #waiting then
        out:close()  -- whoever started us sees that it is whole
        os.rename(answers .. ".part", answers)
    end
end
