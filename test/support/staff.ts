import assert from 'node:assert/strict'
import { createStaff } from '#modules/accounts/create-staff.ts'
import { getService, listServices } from '#modules/provisioning/provisioning-queries.ts'
import { buildCustomer, buildItem, buildPaidOrder, tester } from './builders.ts'
import type { TestApp } from './test-app.ts'
import { createVisitor, type VisitedPage, type Visitor } from './visitor.ts'
import { type StaffRole } from './actors.ts'

const password = 'four random words here'
let people = 0

/** A colleague of that role who has signed in through the page, without scripts. */
export async function signedInStaff(app: TestApp, role: StaffRole): Promise<Visitor> {
  const { visitor, home } = await staffAtTheDoor(app, role)
  assert.equal(home.url.pathname, '/staff')
  return visitor
}

/** The same, and where the password led them. */
export async function staffAtTheDoor(
  app: TestApp,
  role: StaffRole,
): Promise<{ visitor: Visitor; home: VisitedPage; password: string }> {
  const email = `${role}-${(people += 1)}@example.com`
  await createStaff(app, tester, { email, name: `Sam ${role}`, role, password, locale: 'en' })
  const visitor = createVisitor(app)
  const home = await (await visitor.open('/login')).press('Log in', { email, password })
  return { visitor, home, password }
}

export type BoughtServer = {
  serviceId: string
  hostname: string
  orderId: string
  invoiceId: string
  customerId: string
}

let servers = 0

/** A server bought and paid by a customer of its own, as it stands when nothing is left to do. */
export async function boughtServer(app: TestApp): Promise<BoughtServer> {
  servers += 1
  const hostname = `host-${servers}.example.com`
  const buyer = await buildCustomer(app, { name: `Buyer ${servers}`, email: `buyer${servers}@example.com` })
  const { order, customer } = await buildPaidOrder(app, { buyer, items: [buildItem({ hostname })] })
  const { rows } = await listServices(app, tester, { limit: 1, customerId: customer.id })
  return { serviceId: rows[0]!.id, hostname, orderId: order.id, invoiceId: order.invoiceId, customerId: customer.id }
}

/** A server whose setup failed, since the host refused to copy the image; the cause is put right afterwards. */
export async function failedServer(app: TestApp): Promise<BoughtServer> {
  const { faults } = app.proxmox.simulation
  const errors = { storage: "storage 'ceph' does not exist" }
  const body = JSON.stringify({ errors, message: 'Parameter verification failed.' })
  faults.push({
    method: 'POST',
    path: '/clone',
    times: 100,
    action: { kind: 'answer', status: 400, body, afterActing: false },
  })
  const server = await boughtServer(app)
  faults.length = 0
  return server
}

export const serviceState = async (app: TestApp, serviceId: string): Promise<string> =>
  (await getService(app, tester, serviceId)).state

/** What every page of ours promises. */
export function assertSound(page: VisitedPage): void {
  assert.equal(page.status, 200, `${page.url}`)
  assert.doesNotMatch(page.html, / style="/, `${page.url} has a style attribute`)
  assert.match(page.headers.get('content-security-policy') ?? '', /style-src 'self'/)
  assert.equal(page.headers.get('cache-control'), 'private, no-store')
}

/** What a form made by hand gets for an answer, without following it. */
export async function postByHand(
  app: TestApp,
  visitor: Visitor,
  address: string,
  body: string,
): Promise<{ status: number; text: string }> {
  const response = await fetch(app.origin + address, {
    method: 'POST',
    body,
    redirect: 'manual',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-forwarded-host': new URL(app.config.publicUrl).host,
      cookie: `__Host-session=${visitor.cookie('__Host-session')}`,
    },
  })
  return { status: response.status, text: await response.text() }
}
