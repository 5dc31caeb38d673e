import { benchHttp } from './http.ts'
import { benchWebhooks } from './webhooks.ts'
import { openBench } from './context.ts'
const b = await openBench()
try {
  for (const r of await benchWebhooks(b, 2000)) console.log(JSON.stringify(r))
  for (const r of await benchHttp(b, 4000)) console.log(JSON.stringify(r))
} finally {
  await b.close()
}
