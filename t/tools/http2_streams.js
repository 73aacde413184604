// Copyright (C) the ngx_http_session_module authors

// usage: http2_streams.js PORT COOKIE PATH
//
// Reads a stream that does not end over HTTP/2, and says "open" on stdout when
// its first bytes are here; when it is reset says its error code, and what
// another stream of the same connection answers then.

const http2 = require('http2');

const [port, cookie, path] = process.argv.slice(2);
const session = http2.connect(`https://127.0.0.1:${port}`,
    { rejectUnauthorized: false });

function get(path, done) {
    const stream = session.request({ ':path': path, cookie });
    let body = '';

    stream.on('data', (chunk) => {
        if (body === '' && path !== '/status') {
            console.log('open');
        }

        body += chunk;
    });

    stream.on('error', () => { });
    stream.on('close', () => done(stream.rstCode, body));
}

session.on('error', (error) => console.log(`connection: ${error.code}`));

get(path, (code) => {
    console.log(`reset ${code}`);

    get('/status', (_, body) => {
        console.log(`then ${body}`);
        session.close();
    });
});
