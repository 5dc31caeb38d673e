import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientAddress, readNetworks } from './client-address.ts'

const proxies = readNetworks(['10.0.0.0/8', '192.0.2.7', '2001:db8:1::/48'])!
const none = readNetworks([])!

test('without a proxy of ours nobody can say that they are somebody else', () => {
  assert.equal(clientAddress('203.0.113.9', '198.51.100.1', none), '203.0.113.9')
  assert.equal(clientAddress('203.0.113.9', '198.51.100.1', proxies), '203.0.113.9')
  assert.equal(clientAddress('203.0.113.9', undefined, proxies), '203.0.113.9')
})

test('behind proxies of ours the last that is none of them is who asks', () => {
  assert.equal(clientAddress('10.0.0.1', '198.51.100.1', proxies), '198.51.100.1')
  assert.equal(clientAddress('192.0.2.7', '198.51.100.1, 10.1.2.3', proxies), '198.51.100.1')
  assert.equal(clientAddress('2001:db8:1::5', '2001:db8:2::9', proxies), '2001:db8:2::9')
  assert.equal(clientAddress('::ffff:10.0.0.1', '::ffff:198.51.100.1', proxies), '198.51.100.1')
})

test('what a client wrote into the header before it reached us counts for nothing', () => {
  assert.equal(clientAddress('10.0.0.1', '127.0.0.1, 10.9.9.9, 198.51.100.1', proxies), '198.51.100.1')
  assert.equal(clientAddress('10.0.0.1', 'unknown, 198.51.100.1', proxies), '198.51.100.1')
})

test('a header that says nothing usable leaves the proxy as who asks', () => {
  for (const header of ['', 'unknown', '_hidden', 'nonsense, ', '198.51.100.1, unknown'])
    assert.equal(clientAddress('10.0.0.1', header, proxies), '10.0.0.1', header)
  assert.equal(clientAddress('10.0.0.1', '[2001:db8:2::9]:4711', proxies), '2001:db8:2::9')
  assert.equal(clientAddress('10.0.0.1', '198.51.100.1:4711', proxies), '198.51.100.1')
})

test('a network that is none is found out at start', () => {
  for (const wrong of ['10.0.0.0/33', 'proxy.internal', '10.0.0.0/8/8', '10.0.0', '::/129', ''])
    assert.equal(readNetworks([wrong]), undefined, wrong)
  assert.ok(readNetworks(['::1', '10.0.0.0/0', '2001:db8::/32']))
})
