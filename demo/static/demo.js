/* The demo's page: requests at the same time, and a WebSocket. */

"use strict";

for (const button of document.querySelectorAll("button[data-post]")) {
    button.hidden = false;

    button.addEventListener("click", async () => {
        const requests = [];

        button.disabled = true;

        for (let i = 0; i < Number(button.dataset.times); i++) {
            requests.push(fetch(button.dataset.post,
                                { method: "POST", redirect: "manual" }));
        }

        await Promise.allSettled(requests);
        location.reload();
    });
}

for (const output of document.querySelectorAll("output[data-socket]")) {
    const status = document.getElementById("socket");
    const url = new URL(output.dataset.socket, location.href);

    url.protocol = url.protocol.replace("http", "ws");

    const socket = new WebSocket(url);

    status.textContent = "connecting";

    socket.addEventListener("message", (event) => {
        output.textContent = event.data;
        status.textContent = "open";
    });

    socket.addEventListener("close", () => {
        status.textContent = "closed: the session has ended";
        status.className = "error";
    });
}
