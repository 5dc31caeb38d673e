import { data } from 'react-router'
import { getCustomer, listCustomers } from '#modules/accounts/accounts-queries.ts'
import { hasBillingDetails } from '#modules/accounts/customer.ts'
import { createInvoice, type InvoicePreview, previewInvoice, readBillable } from '#modules/billing/create-invoice.ts'
import { MOST_DAYS } from '#modules/billing/manual-invoice.ts'
import { randomToken } from '#platform/secrets.ts'
import { localeContext } from '../context.ts'
import { redirectWithFlash } from '../flash.ts'
import { staffInvoicesMessages } from '../messages/staff-invoices.ts'
import { paths } from '../paths.ts'
import { LinkButton } from '../ui/button.tsx'
import { fieldText, type FormState, tryForm, typedValues } from '../ui/form-state.ts'
import { Notice } from '../ui/notice.tsx'
import { FormPage } from '../ui/page.tsx'
import { useMessages } from '../ui/site.tsx'
import { staffScope, type StaffScope } from './access.ts'
import { parseInvoice, rowsOf, tellRefusal } from './invoice-form.ts'
import { CustomerChoice, InvoiceFields, PreviewCard } from './invoice-new-parts.tsx'
import { readListUrl } from './list-url.ts'
import type { Route } from './+types/invoice-new-page'

const AT_MOST = 20
/** As suggested; staff choose. */
const PAY_DAYS = 14

export async function loader({ request, context }: Route.LoaderArgs) {
  const scope = staffScope(context)
  const url = readListUrl(request)
  const [q, customerId] = [url.text('q'), url.text('customer')]
  return {
    q,
    found: customerId !== undefined || q === undefined ? [] : await findCustomers(scope, q),
    chosen: customerId === undefined ? undefined : await readChosen(scope, customerId),
    key: randomToken(),
  }
}

async function findCustomers({ app, actor }: StaffScope, search: string) {
  const { rows } = await listCustomers(app, actor, { limit: AT_MOST, search })
  return rows.map(({ id, name, email, company, closedAt }) => ({ id, name, email, company, closed: closedAt !== null }))
}

async function readChosen({ app, actor }: StaffScope, customerId: string) {
  const customer = await getCustomer(app, actor, customerId)
  const { today, currencies, pricesIncludeTax } = await readBillable(app, actor, customerId)
  return {
    id: customer.id,
    name: customer.name,
    email: customer.email,
    obstacle: customer.closedAt
      ? ('closed' as const)
      : hasBillingDetails(customer)
        ? undefined
        : ('noAddress' as const),
    currencies,
    pricesIncludeTax,
    today: today.toString(),
    last: today.add({ days: MOST_DAYS }).toString(),
    due: today.add({ days: PAY_DAYS }).toString(),
  }
}
export type Chosen = Awaited<ReturnType<typeof readChosen>>
export type Found = Awaited<ReturnType<typeof findCustomers>>

export async function action({ request, context }: Route.ActionArgs) {
  const { app, actor } = staffScope(context)
  const locale = context.get(localeContext)
  const form = await request.formData()
  const rows = rowsOf(form)
  const customerId = readListUrl(request).text('customer') ?? ''
  if (fieldText(form, 'do') === 'more') return data<Answer>({ ...nothingWrong(form), rows })
  const parsed = parseInvoice(form, customerId, locale)
  if (!parsed.ok) return data<Answer>({ ...parsed, rows }, 422)
  const { invoice, key, totalMinor, mail } = parsed.value
  const preview = async (): Promise<Answer> => {
    const made = await tryForm(form, locale, () => previewInvoice(app, actor, invoice))
    if (!made.ok) return { ...tellRefusal(made, invoice.currency, locale), rows }
    const { subtotalMinor, taxes, totalMinor: shownMinor, creditMinor, reverseCharge } = made.value
    const sums = { subtotalMinor, taxes, totalMinor: shownMinor, creditMinor, reverseCharge }
    return { ...nothingWrong(form), rows, preview: { ...sums, currency: invoice.currency } }
  }
  if (fieldText(form, 'do') === 'preview' || totalMinor === undefined) {
    const shown = await preview()
    return data<Answer>(shown, shown.preview ? 200 : 422)
  }
  const made = await tryForm(form, locale, () =>
    createInvoice(app, actor, { ...invoice, mail, totalMinor, idempotencyKey: `form:${key}` }),
  )
  if (made.ok) return redirectWithFlash(paths.staffInvoice(made.value.id), 'invoiceCreated')
  const refused = tellRefusal(made, invoice.currency, locale)
  // The total is another one now: it is shown beside what was refused.
  return data<Answer>({ ...(await preview()), ...refused, rows }, 409)
}

/** What was typed, for the same form again. */
const nothingWrong = (form: FormData): FormState => ({ ok: false, errors: {}, values: typedValues(form) })

type Answer = FormState & { rows: number; preview?: Preview }
export type Preview = { currency: string } & Pick<
  InvoicePreview,
  'subtotalMinor' | 'taxes' | 'totalMinor' | 'creditMinor' | 'reverseCharge'
>

export default function InvoiceNewPage({ loaderData, actionData }: Route.ComponentProps) {
  const { q, found, chosen, key } = loaderData
  const words = useMessages(staffInvoicesMessages)
  const preview = actionData?.preview
  const fits = chosen !== undefined && chosen.obstacle === undefined
  return (
    <FormPage
      title={words.title}
      text={words.intro}
      back={{ to: paths.staffInvoices(), label: words.back }}
      aside={fits ? <PreviewCard preview={preview} /> : undefined}
    >
      {chosen === undefined && <CustomerChoice q={q} found={found} />}
      {chosen?.obstacle && (
        <Notice
          tone="warn"
          title={chosen.name}
          action={
            <div className="flex flex-wrap gap-2">
              <LinkButton to={paths.staffCustomer(chosen.id)}>{words.toCustomer}</LinkButton>
              <LinkButton to={paths.staffNewInvoice()}>{words.other}</LinkButton>
            </div>
          }
        >
          {words[chosen.obstacle]}
        </Notice>
      )}
      {fits && <InvoiceFields chosen={chosen} state={actionData} freshKey={key} preview={preview} />}
    </FormPage>
  )
}
