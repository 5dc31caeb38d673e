import { isIP } from 'node:net'
import { findCustomerIdOf, findUserByEmail, getCustomer, listCustomers } from '#modules/accounts/accounts-queries.ts'
import { getInvoice, getPayment, getSubscription, listInvoices } from '#modules/billing/billing-queries.ts'
import { getCreditNoteDetail } from '#modules/billing/credit-note-queries.ts'
import { getOrder } from '#modules/orders/orders-queries.ts'
import { getProcedure } from '#modules/provisioning/procedure-queries.ts'
import { getService, listServices } from '#modules/provisioning/provisioning-queries.ts'
import { isProblem } from '#platform/problem.ts'
import { paths } from '../paths.ts'
import type { StaffScope } from './access.ts'

const ID = /^[a-z]{3}_[0-9a-z]{26}$/

/** What an id leads to, once it is known to exist. */
const PAGES: Record<string, (scope: StaffScope, id: string) => Promise<string | undefined>> = {
  cus: async ({ app, actor }, id) => paths.staffCustomer((await getCustomer(app, actor, id)).id),
  ord: async ({ app, actor }, id) => paths.staffOrder((await getOrder(app, actor, id)).id),
  inv: async ({ app, actor }, id) => paths.staffInvoice((await getInvoice(app, actor, id)).id),
  pay: async ({ app, actor, may }, id) => {
    const payment = await getPayment(app, actor, id)
    if (may('payment.read')) return paths.staffPayment(payment.id)
    return payment.invoiceId === null ? undefined : paths.staffInvoice(payment.invoiceId)
  },
  crn: async ({ app, actor }, id) => paths.staffInvoice((await getCreditNoteDetail(app, actor, id)).invoice.id),
  svc: async ({ app, actor }, id) => paths.staffService((await getService(app, actor, id)).id),
  prc: async ({ app, actor }, id) => paths.staffProcedure((await getProcedure(app, actor, id)).run.id),
  sub: async ({ app, actor }, id) => paths.staffSubscription((await getSubscription(app, actor, id)).id),
  usr: async ({ app }, id) => {
    const customerId = await findCustomerIdOf(app.db, id)
    return customerId === null ? paths.staffEvents({ subject: id }) : paths.staffCustomer(customerId)
  },
}

/** The one page somebody who types exactly this wants, or undefined when there is none, or several. */
export async function findExact(scope: StaffScope, q: string): Promise<string | undefined> {
  const text = q.toLowerCase()
  if (ID.test(text)) return pageOf(scope, text)
  if (text.includes('@')) return customerOf(scope, text)
  const { app, actor } = scope
  const [services, invoices] = await Promise.all([
    listServices(app, actor, { limit: 2, search: text }),
    /\d/.test(text) ? listInvoices(app, actor, { limit: 1, search: text }) : undefined,
  ])
  const invoice = invoices?.rows.find(({ number }) => number?.toLowerCase() === text)
  if (invoice) return paths.staffInvoice(invoice.id)
  const [service, another] = services.rows
  if (!service || another) return undefined
  const exact = isIP(text) ? service.addresses.includes(text) : service.hostname === text
  return exact ? paths.staffService(service.id) : undefined
}

/** An id of something that is not there, or not for this role, finds nothing. */
async function pageOf(scope: StaffScope, id: string): Promise<string | undefined> {
  try {
    return await PAGES[id.slice(0, 3)]?.(scope, id)
  } catch (error) {
    if (isProblem(error) && (error.kind === 'not_found' || error.kind === 'forbidden')) return undefined
    throw error
  }
}

async function customerOf({ app, actor }: StaffScope, email: string): Promise<string | undefined> {
  const user = await findUserByEmail(app, actor, email)
  const customerId = user && (await findCustomerIdOf(app.db, user.id))
  return customerId ? paths.staffCustomer(customerId) : undefined
}

const FEW = { limit: 8 }

/** Everything that looks like what was typed, a few of each kind. */
export async function findAlike({ app, actor }: StaffScope, q: string) {
  const [customers, services, invoices] = await Promise.all([
    listCustomers(app, actor, { ...FEW, search: q }),
    listServices(app, actor, { ...FEW, search: q }),
    /\d/.test(q) ? listInvoices(app, actor, { ...FEW, search: q }) : { rows: [], next: undefined },
  ])
  return { customers, services, invoices }
}
