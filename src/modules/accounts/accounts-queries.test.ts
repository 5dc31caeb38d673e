import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { type Actor, anonymous, system } from '#platform/actor.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { findUserByEmail, getCustomer, getUser, listCustomers, listMembers } from './accounts-queries.ts'
import { hasBillingDetails } from './customer.ts'
import { registerCustomer } from './register-customer.ts'
import { signIn } from './sign-in.ts'
import { updateBillingDetails, UpdateBillingDetailsInput } from './update-billing-details.ts'
import { updateProfile } from './update-profile.ts'
import { staffAs } from '#test/support/actors.ts'

const app = await createTestApp()
after(() => app.close())

const password = 'a quiet river stone'
const support: Actor = staffAs('support', 'usr_support')
type User = Extract<Actor, { kind: 'user' }>
const newUser = async (name: string): Promise<User> => {
  const email = `${name.toLowerCase().replaceAll(/\W/g, '')}@example.com`
  await registerCustomer(app, anonymous, { email, password, name, locale: 'en' })
  return (await signIn(app, anonymous, { email, password })).actor as User
}
const [zoe, adam, mia] = [await newUser('Zoe Zander'), await newUser('Adam 100%'), await newUser('Mia_Adamson')]

test("another customer's details do not exist, and neither do their users", async () => {
  assert.equal((await getCustomer(app, zoe, zoe.customerId)).name, 'Zoe Zander')
  await assert.rejects(getCustomer(app, zoe, adam.customerId), { code: 'customer_not_found' })
  await assert.rejects(getCustomer(app, support, 'cus_none'), { code: 'customer_not_found' })
  await assert.rejects(getCustomer(app, anonymous, zoe.customerId), { code: 'sign_in_required' })
  await assert.rejects(listMembers(app, zoe, adam.customerId), { code: 'customer_not_found' })
  await assert.rejects(getUser(app, zoe, adam.userId), { code: 'user_not_found' })
  await assert.rejects(findUserByEmail(app, zoe, 'adam100@example.com'), { code: 'permission_denied' })
  assert.equal((await getUser(app, zoe, zoe.userId)).name, 'Zoe Zander')
  assert.equal((await getUser(app, support, adam.userId)).name, 'Adam 100%')
})

test('staff page through customers by name or by age without missing one', async () => {
  const names = async (order: 'name' | 'newest'): Promise<string[]> => {
    const seen: string[] = []
    let next: string | undefined
    do {
      const page = await listCustomers(app, support, { order, limit: 2, after: next })
      seen.push(...page.rows.map(({ name }) => name))
      next = page.next
    } while (next)
    return seen.filter((name) => ['Zoe Zander', 'Adam 100%', 'Mia_Adamson'].includes(name))
  }
  assert.deepEqual(await names('name'), ['Adam 100%', 'Mia_Adamson', 'Zoe Zander'])
  assert.deepEqual(await names('newest'), ['Mia_Adamson', 'Adam 100%', 'Zoe Zander'])
})

test('a customer is found by part of a name, by email and by id, and marks are taken as they are', async () => {
  const found = async (search: string, actor: Actor = support): Promise<string[]> =>
    (await listCustomers(app, actor, { search, limit: 10 })).rows.map(({ name }) => name)
  assert.deepEqual(await found('adam'), ['Adam 100%', 'Mia_Adamson'])
  assert.deepEqual(await found('ZOEZANDER@'), ['Zoe Zander'])
  assert.deepEqual(await found('mi'), ['Mia_Adamson'])
  assert.deepEqual(await found('100%'), ['Adam 100%'])
  assert.deepEqual(await found('a_a'), ['Mia_Adamson'])
  assert.deepEqual(await found('%%%'), [])
  assert.deepEqual(await found(zoe.customerId), ['Zoe Zander'])
  assert.deepEqual(await found('adam', zoe), [])
  assert.deepEqual(await found('', zoe), ['Zoe Zander'])
  await assert.rejects(found('adam', anonymous), { code: 'sign_in_required' })
})

test('billing details are kept, told to the event log, and not written twice', async () => {
  assert.equal(hasBillingDetails(await getCustomer(app, mia, mia.customerId)), false)
  const form = {
    name: 'Mia Adamson',
    company: '',
    addressLine1: ' Hauptstr. 1 ',
    city: 'Berlin',
    country: 'de',
    postalCode: '10115',
  }
  const input = UpdateBillingDetailsInput.parse(form)

  const updated = await updateBillingDetails(app, mia, input)
  await updateBillingDetails(app, mia, input)

  assert.equal(hasBillingDetails(updated), true)
  assert.deepEqual([updated.addressLine1, updated.company, updated.country], ['Hauptstr. 1', null, 'DE'])
  const events = await app.db
    .selectFrom('events')
    .select(['before', 'after'])
    .where('name', '=', 'customer.updated')
    .where('subjectId', '=', mia.customerId)
    .execute()
  assert.equal(events.length, 1)
  assert.deepEqual(events[0]!.before, {
    ...input,
    name: 'Mia_Adamson',
    addressLine1: null,
    city: null,
    country: null,
    postalCode: null,
  })
  assert.deepEqual(events[0]!.after, input)
})

test('a billing form with mistakes names the field', () => {
  const parsed = UpdateBillingDetailsInput.safeParse({
    name: 'M',
    addressLine1: '',
    city: 'x',
    country: 'ZZ',
    company: 'a\nb',
  })
  assert.deepEqual(
    parsed.error?.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`),
    [
      'company: Please remove line breaks and invisible characters.',
      'addressLine1: Please enter street and number.',
      'country: Please choose a country.',
    ],
  )
})

test('the language of an owner becomes the language of the customer', async () => {
  const user = await updateProfile(app, zoe, { name: 'Zoë Zander', locale: 'de' })
  assert.deepEqual([user.name, user.locale], ['Zoë Zander', 'de'])
  assert.equal((await getCustomer(app, zoe, zoe.customerId)).locale, 'de')
  await assert.rejects(updateProfile(app, system('test'), { name: 'x', locale: 'de' }), { code: 'sign_in_required' })
})
