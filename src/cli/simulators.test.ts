import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { smtpMailer } from '#integrations/smtp/smtp.ts'
import { type RunningSimulators, type SimulatorOptions, simulators } from './simulators.ts'

describe('the simulators in their own process', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'simulators-'))
  const webhooks: { signature: string; body: string }[] = []
  const product = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => (body += String(chunk)))
    request.on('end', () => {
      webhooks.push({ signature: String(request.headers['stripe-signature']), body })
      response.end()
    })
  })
  let options: SimulatorOptions
  let running: RunningSimulators

  const open = async (path: string): Promise<Response> => fetch(`${running.addresses.console}${path}`)
  const text = async (path: string): Promise<string> => (await open(path)).text()
  const press = async (path: string, form: Record<string, string>): Promise<Response> =>
    fetch(`${running.addresses.console}${path}`, {
      method: 'POST',
      headers: { origin: running.addresses.console },
      body: new URLSearchParams(form),
      redirect: 'manual',
    })
  const stripe = async (method: string, path: string, form: Record<string, string> = {}): Promise<Response> =>
    fetch(`${running.addresses.stripe}${path}`, {
      method,
      headers: { authorization: `Bearer ${options.secrets.stripeSecretKey}` },
      ...(method === 'GET' ? {} : { body: new URLSearchParams(form) }),
    })
  const proxmox = async (path: string): Promise<Response> => {
    const { proxmoxTokenId, proxmoxTokenSecret } = options.secrets
    const headers = { authorization: `PVEAPIToken=${proxmoxTokenId}=${proxmoxTokenSecret}` }
    return fetch(`${running.addresses.proxmox}/api2/json${path}`, { headers })
  }
  const sendMail = async (): Promise<unknown> => {
    const port = Number(new URL(running.addresses.smtp).port)
    const mailer = smtpMailer({ host: '127.0.0.1', port, security: 'none', from: 'Shop <no-reply@shop.example>' })
    const mail = { messageId: '<ntf_1@shop.example>', to: 'ann@example.com', subject: 'Hi', text: 'Hi', html: '' }
    return mailer.send(mail).finally(() => mailer.close())
  }

  before(async () => {
    await new Promise<void>((done) => product.listen(0, '127.0.0.1', done))
    options = {
      dataDir,
      host: '127.0.0.1',
      ports: { stripe: 0, proxmox: 0, smtp: 0, mail: 0, vies: 0, console: 0 },
      productUrl: `http://127.0.0.1:${(product.address() as AddressInfo).port}/`,
      secrets: {
        stripeSecretKey: 'sk_test_simulated',
        stripeWebhookSecret: 'whsec_simulated',
        proxmoxTokenId: 'ez@pve!platform',
        proxmoxTokenSecret: '6c0d9c6e-0000-4000-8000-000000000001',
      },
    }
    running = await simulators(options)
  })
  after(async () => {
    await running.close()
    product.closeAllConnections()
    product.close()
    rmSync(dataDir, { recursive: true })
  })

  it('answer on their addresses and show every call', async () => {
    assert.equal((await stripe('GET', '/v1/customers')).status, 200)
    assert.equal((await proxmox('/nodes')).status, 200)
    await sendMail()
    const calls = await text('/')
    for (const seen of ['/v1/customers', '/api2/json/nodes', 'ann@example.com']) assert.match(calls, new RegExp(seen))
    assert.doesNotMatch(await text('/?simulator=mail'), /customers/)
    assert.match(await text('/?search=nothing-like-this'), /No call matches/)
    assert.match(await text('/?live=1'), /http-equiv="refresh"/)
  })

  it('show every page of the console without a script or an inline style', async () => {
    const pages = [
      '',
      'faults',
      'faults?simulator=mail',
      'faults?simulator=vies',
      'webhooks',
      'payments',
      'subscriptions',
      'machines',
    ]
    for (const path of pages.map((page) => `/${page}`)) {
      const page = await open(path)
      assert.equal(page.status, 200, path)
      assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'none'/)
      const html = await page.text()
      assert.doesNotMatch(html, /<script| style="/)
      assert.match(html, new RegExp(`href="${running.addresses.mail}"`))
      assert.match(html, /\/staff\/developer"/)
    }
    assert.equal((await open('/console.css')).headers.get('content-type'), 'text/css; charset=utf-8')
    assert.equal((await fetch(running.addresses.mail)).status, 200)
  })

  it('do what was planned on the page: an error answer, a lost answer, a mail refused', async () => {
    const form = { simulator: 'stripe', method: 'POST', path: '/v1/customers', status: '503', ms: '10', times: '1' }
    assert.equal((await press('/faults', { ...form, kind: 'answer' })).status, 303)
    assert.match(await text('/faults'), /Next POST with \/v1\/customers: answer 503/)
    assert.equal((await stripe('POST', '/v1/customers', { email: 'ann@example.com' })).status, 503)

    await press('/faults', { ...form, kind: 'drop_after' })
    await assert.rejects(stripe('POST', '/v1/customers', { email: 'bob@example.com' }))
    const customers = (await (await stripe('GET', '/v1/customers')).json()) as { data: { email: string }[] }
    assert.deepEqual(
      customers.data.map(({ email }) => email),
      ['bob@example.com'],
      'the work was done, only its answer was lost',
    )

    await press('/faults/preset', { simulator: 'mail', preset: '1' })
    await assert.rejects(sendMail(), { code: 'mail_refused' })
    assert.match(await text('/?only=odd'), /550/)
  })

  it('say what is wrong with a fault and keep what was typed', async () => {
    const answer = await press('/faults', {
      simulator: 'proxmox',
      kind: 'answer',
      path: '/clone',
      status: '200',
      times: '1',
    })
    assert.equal(answer.status, 422)
    const page = await answer.text()
    assert.match(page, /A whole number from 400 to 599/)
    assert.match(page, /value="\/clone"/)
    assert.match(page, /Plan a fault for Proxmox/)
  })

  it('forget a planned fault on request, and take none from another site', async () => {
    await press('/faults/preset', { simulator: 'stripe', preset: '0' })
    const id = /name="id" value="(\d+)"/.exec(await text('/faults'))?.[1] ?? ''
    await press('/faults/remove', { simulator: 'stripe', id })
    assert.match(await text('/faults'), /Nothing is planned/)
    await press('/faults/preset', { simulator: 'mail', preset: '0' })
    await press('/faults/clear', {})
    assert.match(await text('/faults'), /Nothing is planned/)
    const foreign = await fetch(`${running.addresses.console}/faults/preset`, {
      method: 'POST',
      headers: { origin: 'https://evil.example' },
      body: new URLSearchParams({ simulator: 'stripe', preset: '0' }),
    })
    assert.equal(foreign.status, 403)
  })

  it('are driven by programs too', async () => {
    const api = `${running.addresses.console}/api/stripe/faults`
    const json = { 'content-type': 'application/json' }
    const planned = await fetch(api, {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ path: '/v1/customers', action: { kind: 'answer', status: 500 } }),
    })
    assert.equal(planned.status, 201)
    assert.equal((await stripe('GET', '/v1/customers')).status, 500)
    const calls = (await (await open('/api/stripe/calls')).json()) as { path: string; status: number; fault?: string }[]
    assert.deepEqual([calls[0]?.path, calls[0]?.status, calls[0]?.fault], ['/v1/customers', 500, 'answer'])
    assert.equal((await fetch(api, { method: 'POST', headers: json, body: '{"action":{}}' })).status, 400)
    assert.equal((await fetch(api, { method: 'DELETE' })).status, 204)
    assert.equal((await open('/api/paypal/calls')).status, 404)
  })

  it('deliver webhooks again, twice and forged when asked to', async () => {
    const arrived = async (count: number): Promise<void> => {
      for (let tries = 0; webhooks.length < count && tries < 100; tries += 1)
        await new Promise((done) => setTimeout(done, 20))
      assert.equal(webhooks.length, count)
    }
    await press('/webhooks/rules', { copies: '1', delayMs: '0' })
    const earlier = webhooks.length
    await press('/webhooks/hold', {})
    await stripe('POST', '/v1/customers', { email: 'eve@example.com' })
    const held = await text('/webhooks')
    assert.match(held, /customer\.created/)
    assert.match(held, /held back/)
    assert.equal(webhooks.length, earlier)
    await press('/webhooks/release', { order: 'reversed' })
    await arrived(earlier + 1)
    assert.match(await text('/webhooks'), /delivered/)

    const id = /name="id" value="(evt_\w+)"/.exec(await text('/webhooks'))?.[1] ?? ''
    await press('/webhooks/resend', { id, how: 'once' })
    await arrived(earlier + 2)
    await press('/webhooks/resend', { id, how: 'twice' })
    await arrived(earlier + 4)
    const { signature } = webhooks.at(-1) ?? { signature: '' }
    const forged = await press('/webhooks/resend', { id, how: 'forged' })
    assert.match(decodeURIComponent(forged.headers.get('location') ?? ''), /forged/)
    assert.notEqual(webhooks.at(-1)?.signature.split('v1=')[1], signature.split('v1=')[1])
  })

  it('send money back by hand, contest payments and decide, as people at the bank and in the Dashboard would', async () => {
    assert.match(await text('/payments'), /No payments yet/)
    const form = {
      amount: '2900',
      currency: 'eur',
      confirm: 'true',
      off_session: 'true',
      payment_method: 'pm_card_visa',
    }
    const { id } = (await (await stripe('POST', '/v1/payment_intents', form)).json()) as { id: string }
    await press('/payments/refund', { id, amount: '900' })
    assert.match(await text('/payments'), /Refund €9\.00/)
    const nothing = await press('/payments/refund', { id, amount: 'all' })
    assert.match(nothing.headers.get('location') ?? '', /Nothing/)
    const tooMuch = await press('/payments/refund', { id, amount: '2001' })
    assert.match(tooMuch.headers.get('location') ?? '', /greater/)
    await press('/payments/dispute', { id, how: 'dispute' })
    const dispute = /name="id" value="(du_\w+)"/.exec(await text('/payments'))?.[1] ?? ''
    await press('/payments/decide', { id: dispute, verdict: 'won' })
    assert.match(await text('/payments'), /badge ok">won/)
    const told = await stripe('GET', '/v1/events?types[]=charge.dispute.closed&types[]=refund.created')
    const { data } = (await told.json()) as { data: { type: string }[] }
    assert.deepEqual(
      data.map((event) => event.type),
      ['charge.dispute.closed', 'refund.created'],
    )
    await press('/payments/refund', { id, amount: '' })
    const refund = /name="id" value="(re_\w+)"/.exec(await text('/payments'))?.[1] ?? ''
    await press('/payments/fail-refund', { id: refund })
    assert.match(await text('/payments'), /badge bad">failed/)
  })

  it('answer 429 beyond a limit, as long as it is switched on', async () => {
    const rules = { writesPerSecond: '0', debitSettlesAfterMs: '100', refundFailsAfterMs: '100' }
    await press('/payments/rules', { ...rules, limited: 'on' })
    assert.equal((await stripe('POST', '/v1/customers')).status, 429)
    assert.match(await text('/payments'), /1 request was answered 429/)
    const wrong = await press('/payments/rules', { ...rules, writesPerSecond: '-1' })
    assert.match(wrong.headers.get('location') ?? '', /Nothing/)
    await press('/payments/rules', { ...rules, writesPerSecond: '25' })
    assert.equal((await stripe('POST', '/v1/customers')).status, 200)
  })

  it('move a test clock on, so that subscriptions of Stripe renew', async () => {
    const make = async (path: string, form: Record<string, string>): Promise<string> =>
      ((await (await stripe('POST', path, form)).json()) as { id: string }).id
    const clock = await make('/v1/test_helpers/test_clocks', { frozen_time: '1800000000', name: 'January' })
    const customer = await make('/v1/customers', { test_clock: clock })
    const product = await make('/v1/products', { name: 'VPS' })
    const about = { product, currency: 'eur', unit_amount: '900', 'recurring[interval]': 'month' }
    const price = await make('/v1/prices', about)
    const sent = { collection_method: 'send_invoice', days_until_due: '14' }
    await make('/v1/subscriptions', { customer, 'items[0][price]': price, ...sent })
    const before = await text('/subscriptions')
    assert.match(before, /January/)
    assert.match(before, /€9\.00[\s\S]*until 2027-02-15/)
    await press('/subscriptions/advance', { id: clock, days: '32' })
    assert.match(await text('/subscriptions'), /until 2027-03-15/)
    const tooFar = await press('/subscriptions/advance', { id: clock, days: '400' })
    assert.match(tooFar.headers.get('location') ?? '', /two\+intervals/)
  })

  it('break and repair a node', async () => {
    const node = /name="node" value="([^"]+)"/.exec(await text('/machines'))?.[1] ?? ''
    await press('/machines/break', { node })
    assert.match(await text('/machines'), /broken/)
    assert.ok((await proxmox(`/nodes/${node}/status`)).status >= 500)
    await press('/machines/repair', { node })
    assert.doesNotMatch(await text('/machines'), /broken/)
    assert.equal((await proxmox(`/nodes/${node}/status`)).status, 200)
    assert.equal((await press('/machines/finish', {})).status, 303)
  })

  it('name the taken port and who wanted it, in one sentence', async () => {
    const port = Number(new URL(running.addresses.console).port)
    await assert.rejects(simulators({ ...options, ports: { ...options.ports, mail: port } }), {
      code: 'port_taken',
      message: `Port ${port} on 127.0.0.1 is taken by another program; the simulated mailbox wanted it.`,
    })
    const smtp = Number(new URL(running.addresses.smtp).port)
    await assert.rejects(simulators({ ...options, ports: { ...options.ports, smtp } }), {
      message: `Port ${smtp} on 127.0.0.1 is taken by another program; the simulated mail server wanted it.`,
    })
  })

  it('still know everything after a stop and a start', async () => {
    await running.close()
    running = await simulators(options)
    const customers = (await (await stripe('GET', '/v1/customers')).json()) as { data: { email: string }[] }
    assert.ok(customers.data.some(({ email }) => email === 'bob@example.com'))
    assert.match(await (await fetch(running.addresses.mail)).text(), /ann@example\.com/)
  })
})
