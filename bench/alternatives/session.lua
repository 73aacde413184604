-- Copyright (C) the ngx_http_session_module authors

-- The strongest hand-made check of a session in Lua that we could write: a
-- signed cookie ("<id>.<created>.<base64 of HMAC-SHA256(secret, what is before
-- the last dot)>", by libcrypto with the keyed context kept), one `mg` that
-- gets and touches on a pooled cosocket, the record decoded by lua-cjson
-- (written in C) and left for the later phases.

local ffi = require "ffi"
local cjson = require "cjson.safe"

local C = ffi.C
local tcp = ngx.socket.tcp
local decode_base64 = ngx.decode_base64
local ngx_exit = ngx.exit
local ngx_var = ngx.var
local find, match, sub = string.find, string.match, string.sub
local time = ngx.time

local PATTERN = "^([%w_-]+)%.(%d+)%.([%w+/]+=*)$"
local ABSOLUTE_TIMEOUT = 12 * 3600

ffi.cdef [[
    void *HMAC_CTX_new(void);
    const void *EVP_sha256(void);
    int HMAC_Init_ex(void *ctx, const void *key, int len, const void *md,
        void *engine);
    int HMAC_Update(void *ctx, const char *data, size_t len);
    int HMAC_Final(void *ctx, unsigned char *md, unsigned int *len);
    int CRYPTO_memcmp(const void *a, const void *b, size_t len);
]]

local host, port, hmac
local mac = ffi.new("unsigned char[32]")

local _M = {}


function _M.init(secret_file, memcached_host, memcached_port)
    local file = assert(io.open(secret_file, "rb"))
    local secret = file:read("*a")
    file:close()

    host, port = memcached_host, memcached_port

    hmac = C.HMAC_CTX_new()
    assert(C.HMAC_Init_ex(hmac, secret, #secret, C.EVP_sha256(), nil) == 1)
end


local function verify(cookie)
    if cookie == nil then
        return nil
    end

    local id, created, signature = match(cookie, PATTERN)
    if id == nil then
        return nil
    end

    signature = decode_base64(signature)
    if signature == nil or #signature ~= 32 then
        return nil
    end

    C.HMAC_Init_ex(hmac, nil, 0, nil, nil)
    C.HMAC_Update(hmac, cookie, #id + 1 + #created)
    C.HMAC_Final(hmac, mac, nil)

    if C.CRYPTO_memcmp(mac, signature, 32) ~= 0
       or time() - tonumber(created) > ABSOLUTE_TIMEOUT
    then
        return nil
    end

    return id
end


local function fetch(id)
    local sock = tcp()
    sock:settimeout(1000)

    local ok = sock:connect(host, port)
    if not ok then
        return nil
    end

    if not sock:send("mg lua:" .. id .. " v t T1800\r\n") then
        return nil
    end

    local line = sock:receive()
    if line == nil or sub(line, 1, 3) ~= "VA " then
        return nil
    end

    local value = sock:receive(tonumber(sub(line, 4, find(line, " ", 4) - 1))
                               + 2)
    if value == nil then
        return nil
    end

    sock:setkeepalive(60000, 512)

    return value
end


function _M.require()
    local id = verify(ngx_var.cookie_sid)
    if id == nil then
        return ngx_exit(401)
    end

    local value = fetch(id)
    if value == nil then
        return ngx_exit(401)
    end

    local data = cjson.decode(value)
    if data == nil or data.user == nil then
        return ngx_exit(401)
    end

    ngx.ctx.session = data
end


return _M
