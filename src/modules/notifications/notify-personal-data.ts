import { customerNotice, reaction } from './notify-of-event.ts'

/** `data_export.ready` → that the file can be had. */
export const notifyDataExportReady = reaction('notify-data-export-ready', async (app, { subjectId }) => {
  const user = await app.db
    .selectFrom('dataExports')
    .innerJoin('users', 'users.id', 'dataExports.userId')
    .select(['users.id', 'users.email', 'users.locale'])
    .where('dataExports.id', '=', subjectId)
    .executeTakeFirst()
  // Over before the mail was written.
  if (!user) return undefined
  const { id, email, locale } = user
  return { template: 'data-export-ready', recipient: email, locale, customerId: null, subjectId: id }
})

/** `customer.closed` → what becomes of the account, and until when it can be opened again. */
export const notifyCustomerClosed = customerNotice('notify-customer-closed', () => 'account-closed')
