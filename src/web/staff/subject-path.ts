import { paths } from '../paths.ts'

const PAGES: Record<string, (id: string) => string> = {
  cus: paths.staffCustomer,
  ord: paths.staffOrder,
  cpn: paths.staffCoupon,
  fct: (id) => paths.staffForecast(id),
  cve: paths.staffVersion,
  rpr: paths.staffRepricing,
  prd: paths.staffProduct,
  inv: paths.staffInvoice,
  pay: paths.staffPayment,
  dsp: paths.staffDispute,
  sub: paths.staffSubscription,
  svc: paths.staffService,
  prc: paths.staffProcedure,
  ref: () => paths.staffRefunds({ state: 'all' }),
  evt: (id) => paths.staffEvents({ subject: id }),
}

/** The page of what an id names, or undefined where it has none. */
export const subjectPath = (id: string): string | undefined => PAGES[id.slice(0, 3)]?.(id)
