import type { Config } from '@react-router/dev/config'

export default {
  appDirectory: 'src/web',
  buildDirectory: 'build',
  ssr: true,
  // One immutable file that lists all routes; asking for it link by link would cost a request per page.
  routeDiscovery: { mode: 'initial' },
} satisfies Config
