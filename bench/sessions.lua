-- Copyright (C) the ngx_http_session_module authors

-- wrk script: GET / with one cookie after another of the file named by the
-- first argument; prints the totals as one line of JSON.

local requests = {}
local n = 0


function init(args)
    for line in io.lines(args[1]) do
        requests[#requests + 1] =
            wrk.format("GET", "/", { ["Cookie"] = line })
    end
end


function request()
    n = n % #requests + 1
    return requests[n]
end


function done(summary, latency)
    local e = summary.errors

    io.write(string.format(
        '{"requests":%d,"us":%d,"failed":%d,"p50_us":%d,"p99_us":%d}\n',
        summary.requests, summary.duration,
        e.connect + e.read + e.write + e.status + e.timeout,
        latency:percentile(50), latency:percentile(99)))
end
