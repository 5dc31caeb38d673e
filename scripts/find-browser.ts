import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const MAC = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'

/** The path of a Chromium on this machine; CHROMIUM_PATH names another. Undefined when there is none. */
function findBrowser(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const known = folders.flatMap((folder) => NAMES.map((name) => join(folder, name)))
  return [process.env['CHROMIUM_PATH'] ?? '', ...known, MAC].find((path) => path !== '' && existsSync(path))
}

/** Finds a Chromium or installs one: Debian's as root, else the test tool's own. Throws when neither works. */
export function ensureBrowser(): string {
  const found = findBrowser()
  if (found) return found
  const run = (file: string, args: string[]): void => {
    execFileSync(file, args, { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } })
  }
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    run('apt-get', ['update', '-q'])
    run('apt-get', ['install', '-q', '-y', '--no-install-recommends', 'chromium', 'fonts-liberation'])
  } else {
    run(join('node_modules', '.bin', 'playwright-core'), ['install', 'chromium-headless-shell'])
  }
  const installed = findBrowser() ?? playwrightsOwn()
  if (!installed) throw new Error('No Chromium was found or could be installed; set CHROMIUM_PATH.')
  return installed
}

/** Where the test tool puts a browser it downloaded itself. */
function playwrightsOwn(): string | undefined {
  const script = `import('playwright-core').then(({ chromium }) => console.log(chromium.executablePath()))`
  const path = execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' }).trim()
  return existsSync(path) ? path : undefined
}

if (import.meta.main) process.stdout.write(`${ensureBrowser()}\n`)
