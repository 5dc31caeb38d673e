import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { after, test } from 'node:test'
import { selfSigned } from '#test/support/self-signed.ts'
import { createOutbound, isPrivateAddress, type OutboundOptions } from './outbound.ts'

const ours = selfSigned()
let calls = 0
const answer: RequestListener = (request, response) => {
  calls += 1
  const { pathname } = new URL(request.url ?? '', 'http://inside')
  if (pathname === '/redirect') response.writeHead(302, { location: '/secret' }).end()
  else if (pathname === '/large') response.end('x'.repeat(50_000))
  else if (pathname === '/endless') response.write('a little, then nothing')
  else if (pathname === '/echo') request.pipe(response)
  else if (pathname !== '/silent') response.end('inside')
}
const [plain, secure] = [createServer(answer), createSecureServer(ours, answer)]
const portOf = async (server: typeof plain | typeof secure): Promise<number> => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}
const [port, securePort] = [await portOf(plain), await portOf(secure)]
const inside = `http://127.0.0.1:${port}`
const insideTls = `https://127.0.0.1:${securePort}`
const clients: { close(): Promise<void> }[] = []
const outbound = (options: OutboundOptions): typeof fetch => {
  const client = createOutbound(options)
  clients.push(client)
  return client.fetch
}
after(async () => {
  for (const server of [plain, secure]) server.closeAllConnections()
  await Promise.all(clients.map((client) => client.close()))
  for (const server of [plain, secure]) server.close()
})

const refused = { code: 'private_address_refused' }
const stranger = outbound({ trustedOrigins: [] })
const trusted = outbound({ trustedOrigins: [inside], timeoutMs: 150, maxBytes: 10_000 })

test('no spelling of a private address is called', async () => {
  const before = calls
  const hosts = `127.0.0.1 2130706433 0x7f.1 0x7f000001 017700000001 127.1 127.0.0.1. localhost LOCALHOST 0.0.0.0 0
    [::1] [::] [::ffff:127.0.0.1] [::ffff:7f00:1] [0:0:0:0:0:ffff:7f00:0001] [::7f00:1] [64:ff9b::7f00:1] [2002:7f00:1::] [2001::1]
    [fd00::1] [fe80::1] [ff02::1] 10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1 192.0.0.1
    198.18.0.1 224.0.0.1 255.255.255.255`
  for (const host of hosts.split(/\s+/))
    await assert.rejects(stranger(`http://${host}:${port}/secret`), (error: Error) => {
      const code = (cause: unknown) => (cause instanceof Error && 'code' in cause ? cause.code : undefined)
      assert.ok(
        [code(error), code(error.cause)].includes(refused.code),
        `${host}: ${error.message} ${String(error.cause)}`,
      )
      return true
    })
  assert.equal(calls, before)
})

test('addresses of the public internet are not called private', () => {
  for (const address of ['1.1.1.1', '8.8.8.8', '172.32.0.1', '100.128.0.1', '::ffff:1.1.1.1', '2606:4700:4700::1111'])
    assert.ok(!isPrivateAddress(address), address)
})

test('an inside address that is written in the configuration may be called, on that port only', async () => {
  assert.equal(await (await trusted(`${inside}/`)).text(), 'inside')
  await assert.rejects(trusted(`https://127.0.0.1:${port}/`), refused)
  await assert.rejects(trusted(`http://127.0.0.1:${securePort}/`), refused)
})

test('a redirect is shown, not followed', async () => {
  const before = calls
  const response = await trusted(`${inside}/redirect`)
  assert.equal(response.status, 302)
  assert.equal(response.headers.get('location'), '/secret')
  assert.equal(calls, before + 1)
})

test('what is sent arrives as it is', async () => {
  const response = await trusted(`${inside}/echo`, { method: 'POST', body: new URLSearchParams({ amount: '900' }) })
  assert.equal(await response.text(), 'amount=900')
})

test('an answer that is too large is cut off', async () => {
  await assert.rejects(trusted(`${inside}/large`).then((response) => response.text()))
})

test('a host that does not answer, or does not finish, is given up in time', async () => {
  const began = performance.now()
  await assert.rejects(trusted(`${inside}/silent`))
  await assert.rejects(trusted(`${inside}/endless`).then((response) => response.text()))
  assert.ok(performance.now() - began < 5_000)
})

test('only a web address is called', async () => {
  for (const url of ['file:///etc/passwd', 'gopher://127.0.0.1/', 'data:text/plain,inside', 'about:blank'])
    await assert.rejects(stranger(url), url)
})

test('a certificate nobody vouches for is refused unless its authority or its fingerprint is configured', async () => {
  const trustedOrigins = [insideTls]
  await assert.rejects(outbound({ trustedOrigins })(insideTls))
  const vouched = outbound({ trustedOrigins, certificateAuthority: ours.cert })
  assert.equal(await (await vouched(insideTls)).text(), 'inside')
  for (const pinnedFingerprint of [ours.fingerprint, ours.fingerprint.replaceAll(':', '').toLowerCase()])
    assert.equal(await (await outbound({ trustedOrigins, pinnedFingerprint })(insideTls)).text(), 'inside')
})

test('another certificate than the pinned one gets not a single byte', async () => {
  const before = calls
  const pinned = outbound({ trustedOrigins: [insideTls], pinnedFingerprint: selfSigned().fingerprint })
  await assert.rejects(pinned(`${insideTls}/echo`, { method: 'POST', body: 'secret' }), (error: Error) =>
    /another certificate/.test(String(error.cause)),
  )
  const plainly = outbound({ trustedOrigins: [inside], pinnedFingerprint: ours.fingerprint })
  await assert.rejects(plainly(inside), 'a pin asks for TLS')
  assert.equal(calls, before)
})
