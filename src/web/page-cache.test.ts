import assert from 'node:assert/strict'
import { test } from 'node:test'
import { brotliDecompressSync } from 'node:zlib'
import { createPageCache } from './page-cache.ts'

const page = (headers: Record<string, string> = {}, status = 200): Response =>
  new Response('<p>Prices</p>', {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'public, max-age=60', ...headers },
  })
const request = (path: string, headers: Record<string, string> = {}): Request =>
  new Request(`http://shop.test${path}`, { headers })

test('a shared page is made once, sent compressed, and answered with 304 to those who have it', async () => {
  const cache = createPageCache()
  const first = await cache.keep(request('/pricing?period=year', { 'accept-encoding': 'gzip, br' }), page())
  assert.equal(first.headers.get('content-encoding'), 'br')
  assert.equal(brotliDecompressSync(Buffer.from(await first.arrayBuffer())).toString(), '<p>Prices</p>')

  const etag = first.headers.get('etag') ?? ''
  assert.equal(await cache.find(request('/pricing?period=year&utm_source=mail'))?.text(), '<p>Prices</p>')
  assert.equal(cache.find(request('/pricing?period=year', { 'if-none-match': etag }))?.status, 304)
  assert.equal(cache.find(request('/pricing?period=month')), undefined)
})

test('a page that is personal, failed or asked for with unknown words is not kept', async () => {
  const cache = createPageCache()
  await cache.keep(request('/a'), page({ 'set-cookie': 'x=1' }))
  await cache.keep(request('/b'), page({ 'cache-control': 'private, no-store' }))
  await cache.keep(request('/c'), page({}, 404))
  await cache.keep(request('/d?q=anything'), page())
  for (const path of ['/a', '/b', '/c', '/d?q=anything', '/d']) assert.equal(cache.find(request(path)), undefined, path)
})

test('asking for the headers alone neither keeps an empty page nor sends a body', async () => {
  const cache = createPageCache()
  const head = new Request('http://shop.test/', { method: 'HEAD' })
  await cache.keep(head, page())
  assert.equal(cache.find(request('/')), undefined)

  await cache.keep(request('/'), page())
  const answer = cache.find(head)
  assert.equal(await answer?.text(), '')
  assert.equal(answer?.headers.get('content-length'), '13')
})

test('when prices change every kept page is forgotten', async () => {
  const cache = createPageCache()
  await cache.keep(request('/'), page())
  cache.clear()
  assert.equal(cache.find(request('/')), undefined)
})
