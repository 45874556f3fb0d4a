"""A web server of somebody else, whose page does to a port of this machine all that a page can do to one."""

import http.server
import threading

ATTACK = """<!doctype html><title>elsewhere</title><body><script>
const within = (promise, name) => Promise.race([promise, new Promise(done => setTimeout(done, 30000, name + ': no answer'))])
const element = (tag, name, attributes) => within(new Promise(done => {
    const made = document.createElement(tag)
    made.onload = () => {
        let seen = 'hidden'
        try { seen = made.contentDocument && made.contentDocument.URL !== 'about:blank' ? 'READ' : 'hidden' } catch { }
        done(name + ': ' + (tag === 'iframe' ? seen : 'LOADED'))
    }
    made.onerror = () => done(name + ': error')
    document.body.append(Object.assign(made, attributes))
}), name)
const form = (name, method, action) => within(new Promise(done => {
    const frame = document.createElement('iframe')
    frame.name = name
    document.body.append(frame)
    frame.onload = () => { let seen; try { seen = frame.contentDocument } catch { } done(name + ': ' + (seen ? 'READ' : 'hidden')) }
    const made = Object.assign(document.createElement('form'), {method, action, target: name})
    made.innerHTML = '<input name=code value=stolen><input name=state value=guessed>'
    document.body.append(made)
    made.submit()
}), name)
const ask = (name, url, options) => within(fetch(url, options).then(
    answer => name + ': ' + (answer.type === 'opaque' ? 'hidden' : 'READ ' + answer.status), () => name + ': error'), name)
async function attack(port) {
    const at = 'http://127.0.0.1:' + port, callback = at + '/oauth/callback?code=stolen&state=guessed'
    const rules = document.createElement('script')
    rules.type = 'speculationrules'
    rules.textContent = JSON.stringify({prefetch: [{source: 'list', urls: [callback], eagerness: 'immediate'}]})
    document.head.append(rules)
    navigator.sendBeacon(callback, 'x')
    return Promise.all([
        ask('fetch', callback), ask('fetch without CORS', callback, {mode: 'no-cors'}),
        ask('fetch with a preflight', callback, {headers: {'x-own': '1'}}), ask('fetch by POST', callback, {method: 'POST', body: 'x', mode: 'no-cors'}),
        ask('fetch with credentials', at + '/', {credentials: 'include'}), ask('fetch into the local network', callback, {targetAddressSpace: 'loopback'}),
        element('img', 'img', {src: callback}), element('img', 'icon', {src: at + '/favicon.ico'}), element('script', 'script', {src: callback}),
        element('link', 'stylesheet', {rel: 'stylesheet', href: callback}), element('iframe', 'iframe', {src: callback}),
        element('iframe', 'iframe of a denial', {src: at + '/oauth/callback?error=access_denied&state=guessed'}),
        form('form by POST', 'post', at + '/oauth/callback'), form('form by GET', 'get', at + '/oauth/callback'),
        within(new Promise(done => Object.assign(new WebSocket('ws://127.0.0.1:' + port + '/oauth/callback'), {
            onopen: () => done('WebSocket: OPEN'), onerror: () => done('WebSocket: error')})), 'WebSocket'),
        within(new Promise(done => Object.assign(new EventSource(callback), {
            onopen: () => done('EventSource: OPEN'), onerror: () => done('EventSource: error')})), 'EventSource'),
    ])
}
function prerender(url) {
    const rules = document.createElement('script')
    rules.type = 'speculationrules'
    const list = [{source: 'list', urls: [url], eagerness: 'immediate'}]
    rules.textContent = JSON.stringify({prefetch: list, prerender: list})
    document.head.append(rules, Object.assign(document.createElement('link'), {rel: 'prefetch', href: url}))
}
</script>
"""


class Elsewhere:
    def __init__(self):
        class Page(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                if self.path == "/public":
                    # The browser then takes this page for one of the internet, and may keep it off this machine.
                    self.send_header("Content-Security-Policy", "treat-as-public-address")
                self.end_headers()
                self.wfile.write(ATTACK.encode())

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def page(self, host, path="/"):
        return f"http://{host}:{self.port}{path}"
