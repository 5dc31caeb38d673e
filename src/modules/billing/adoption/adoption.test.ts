import assert from 'node:assert/strict'
import { test } from 'node:test'
import { taxDocument, type TaxTreatment } from '../tax.ts'
import { agreedUnit, calendarAt } from './adoption.ts'

test('the gateway’s calendar is kept where it meets the day, and else begins anew with it', () => {
  const day = (text: string): Temporal.PlainDate => Temporal.PlainDate.from(text)
  const month = { intervalUnit: 'month', intervalCount: 1 } as const
  const at = (anchor: string, end: string) => {
    const { anchor: from, periods } = calendarAt(day(anchor), day(end), month)
    return `${from.toString()} ${periods}`
  }
  assert.equal(at('2027-01-31', '2027-02-28'), '2027-01-31 1')
  assert.equal(at('2027-01-31', '2027-03-31'), '2027-01-31 2')
  assert.equal(at('2027-01-15', '2027-02-15'), '2027-01-15 1')
  assert.equal(at('2027-01-15', '2027-02-20'), '2027-02-20 0', 'what was prorated there')
  assert.equal(at('2027-02-01', '2027-02-01'), '2027-02-01 0')
})

test('nobody pays more because the seller adds the tax: the price is the next lower one', () => {
  const item = { gatewayItemId: 'si_1', quantity: 1, currency: 'EUR', intervalUnit: 'month', intervalCount: 1 } as const
  const treatment: TaxTreatment = {
    components: [{ name: 'USt.', rateBasisPoints: 1_900, compound: false, category: 'S' }],
    reverseCharge: false,
    note: null,
    includedParts: 19_000_000,
  }
  const gross = (unitMinor: bigint, taxOnTop: boolean, included: boolean): bigint =>
    taxDocument([agreedUnit({ ...item, unitMinor, taxOnTop }, treatment, included)], treatment, included).totalMinor
  for (let unitMinor = 1n; unitMinor < 400n; unitMinor += 1n) {
    assert.equal(gross(unitMinor, false, true), unitMinor)
    const net = gross(unitMinor, false, false)
    assert.ok(net <= unitMinor && net >= unitMinor - 1n, `${unitMinor} becomes ${net}`)
  }
  assert.equal(gross(1_000n, true, false), 1_190n)
  assert.equal(gross(1_000n, true, true), 1_190n)
})
