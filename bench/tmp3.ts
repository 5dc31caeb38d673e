import { Session } from 'node:inspector/promises'
import { writeFileSync } from 'node:fs'
import { placeOrder } from '#modules/orders/place-order.ts'
import { computeQuote } from '#modules/orders/quote.ts'
import { newId } from '#platform/ids.ts'
import { openBench } from './context.ts'
import { perSecond } from './measure.ts'
const b = await openBench()
const { app } = b
const KEY = `ssh-ed25519 ${Buffer.concat([Buffer.from([0, 0, 0, 11]), Buffer.from('ssh-ed25519'), Buffer.from([0, 0, 0, 32]), Buffer.alloc(32, 7)]).toString('base64')} bench`
const item = {
  plan: 'vps-starter',
  period: 'month' as const,
  region: 'fsn1',
  image: 'debian-13',
  hostname: 'bench',
  sshKey: KEY,
  options: [],
}
const now = app.clock.now()
const ids = Array.from({ length: 500 }, () => newId('cus'))
await app.db
  .insertInto('customers')
  .values(
    ids.map((id, i) => ({
      id,
      name: 'x',
      email: `a${i}@b.c`,
      addressLine1: 's',
      postalCode: '1',
      city: 'B',
      country: 'DE',
      currency: 'EUR',
      locale: 'en' as const,
      createdAt: now,
      updatedAt: now,
    })),
  )
  .execute()
const quote = await computeQuote(app, { currency: 'EUR', items: [item], country: 'DE' })
const go = (n: number) =>
  perSecond(n, 16, (i) =>
    placeOrder(
      app,
      { kind: 'user', userId: 'u', customerId: ids[i % 500]! },
      { currency: 'EUR', items: [item], quote: quote.token, idempotencyKey: newId('req') },
    ),
  )
console.log(await go(500))
const entity = await app.db.selectFrom('legalEntities').select('id').executeTakeFirstOrThrow()
const plan = await app.db.selectFrom('plans').select('id').executeTakeFirstOrThrow()
const raw = (n: number) =>
  perSecond(n, 16, (index) =>
    b.floor.query({
      name: 'checkout',
      text: 'select floor.checkout($1, $2, $3, $4)',
      values: [newId('req').slice(4), ids[index % 500], entity.id, plan.id],
    }),
  )
for (let r = 0; r < 3; r++) {
  let c = process.cpuUsage()
  const f = await raw(1500)
  let u = process.cpuUsage(c)
  const fc = (u.user + u.system) / 1500
  c = process.cpuUsage()
  const p = await go(1500)
  u = process.cpuUsage(c)
  console.log(
    'floor',
    f.toFixed(0),
    fc.toFixed(0) + 'us',
    'product',
    p.toFixed(0),
    ((u.user + u.system) / 1500).toFixed(0) + 'us',
    'ratio',
    (p / f).toFixed(2),
  )
}
const s = new Session()
s.connect()
await s.post('Profiler.enable')
await s.post('Profiler.start')
await go(1500)
const { profile } = await s.post('Profiler.stop')
writeFileSync('/tmp/p.cpuprofile', JSON.stringify(profile))
await b.close()
