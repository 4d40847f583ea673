import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { FormatError, full, reference, tensor } from '@core/tensor'
import { assign } from '@core/tensor/extend'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { serialize } from '../src/index.js'
import { loadContents, loadFile, loadHeader, saveFile } from '../src/node.js'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'safetensors-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function emptyFolder(name: string): Promise<string> {
  const path = join(folder, name)
  await mkdir(path)
  return path
}

describe('files', () => {
  test('hold what serialize() returns, and give it back', async () => {
    const path = join(await emptyFolder('same'), 'a.safetensors')
    const tensors = {
      w: tensor([
        [1, 2],
        [3, 4],
      ]),
      n: tensor(5, { dtype: 'int32' }),
      none: full([0, 3], 1),
    }
    const options = { metadata: { a: 'b' }, int64: ['n'] }
    await saveFile(path, tensors, options)
    expect(new Uint8Array(await readFile(path))).toEqual(serialize(tensors, options))
    const read = await loadFile(path)
    expect(Object.getPrototypeOf(read)).toBe(null)
    expect(read.w!.toArraySync()).toEqual([
      [1, 2],
      [3, 4],
    ])
    expect(read.n!.itemSync()).toBe(5)
    expect(read.none!.shape).toEqual([0, 3])
    expect((await loadHeader(path)).metadata.a).toBe('b')
    const { tensors: both, metadata } = await loadContents(path)
    expect([Object.keys(both), { ...metadata }]).toEqual([Object.keys(read), { a: 'b' }])
  })

  test('go to the backend asked for', async () => {
    const path = join(await emptyFolder('backend'), 'a.safetensors')
    const backend = reference()
    await saveFile(path, { w: tensor(Float64Array.of(1 / 3), { backend }) })
    expect((await loadFile(path, { backend })).w!.itemSync()).toBe(1 / 3)
    expect((await loadFile(path, { dtype: 'float32' })).w!.itemSync()).toBe(Math.fround(1 / 3))
  })

  test('hold the values of the moment of the call', async () => {
    const path = join(await emptyFolder('moment'), 'a.safetensors')
    const w = full([1000], 1)
    const saved = saveFile(path, { w })
    assign(w, full([1000], 2))
    await saved
    expect(new Set((await loadFile(path)).w!.dataSync())).toEqual(new Set([1]))
  })

  test('errors about their contents name the file', async () => {
    const path = join(await emptyFolder('cut'), 'a.safetensors')
    await saveFile(path, { w: full([10], 1) })
    await truncate(path, 100)
    await expect(loadFile(path)).rejects.toThrow(FormatError)
    await expect(loadFile(path)).rejects.toThrow(
      `${path}: safetensors: tensor "w" should occupy data bytes 0 to 40`,
    )
    await truncate(path, 5)
    await expect(loadHeader(path)).rejects.toThrow(`${path}: safetensors: the file has 5 bytes`)
    await expect(loadFile(join(folder, 'nothing'))).rejects.toMatchObject({ code: 'ENOENT' })
  })
})

describe('saving', () => {
  test('replaces a file and leaves nothing else', async () => {
    const where = await emptyFolder('replace')
    const path = join(where, 'a.safetensors')
    for (const value of [1, 2]) await saveFile(path, { w: full([3], value) })
    expect((await loadFile(path)).w!.dataSync()).toEqual(Float32Array.of(2, 2, 2))
    expect(await readdir(where)).toEqual(['a.safetensors'])
  })

  test('keeps a link a link', async () => {
    const where = await emptyFolder('link')
    await writeFile(join(where, 'real'), '')
    await symlink('real', join(where, 'link'))
    await saveFile(join(where, 'link'), { w: full([1], 3) })
    expect(await readlink(join(where, 'link'))).toBe('real')
    expect((await loadFile(join(where, 'real'))).w!.itemSync()).toBe(3)
  })

  test('that fails leaves the old file, and nothing else', async () => {
    const where = await emptyFolder('fails')
    const path = join(where, 'a.safetensors')
    await saveFile(path, { w: full([3], 1) })
    const unreadable = Object.assign(full([3], 2), { data: () => Promise.reject(new Error('no data')) })
    const broken = { v: full([3], 2), w: unreadable }
    await expect(saveFile(path, broken)).rejects.toThrow('no data')
    await expect(saveFile(path, { w: 3 } as never)).rejects.toThrow('saveFile: "w" is not a tensor')
    expect((await loadFile(path)).w!.dataSync()).toEqual(Float32Array.of(1, 1, 1))
    expect(await readdir(where)).toEqual(['a.safetensors'])
  })

  test('over a folder or into none is refused by the system', async () => {
    const where = await emptyFolder('refused')
    await mkdir(join(where, 'a'))
    await writeFile(join(where, 'a', 'kept'), '')
    await expect(saveFile(join(where, 'a'), { w: full([1], 1) })).rejects.toMatchObject({
      code: expect.any(String),
    })
    expect(await readdir(where)).toEqual(['a'])
    await expect(saveFile(join(where, 'none', 'a'), {})).rejects.toMatchObject({ code: 'ENOENT' })
  })

  test('several at once to one path leaves one of them, whole', async () => {
    const where = await emptyFolder('several')
    const path = join(where, 'a.safetensors')
    await Promise.all([1, 2, 3, 4].map((value) => saveFile(path, { w: full([1000], value) })))
    const values = (await loadFile(path)).w!.dataSync()
    expect(new Set(values).size).toBe(1)
    expect(await readdir(where)).toEqual(['a.safetensors'])
  })

  test('deletes what killed processes left, and nothing else', async () => {
    const where = await emptyFolder('leftovers')
    const path = join(where, 'a.safetensors')
    const host = hostname()
      .replace(/[^\w-]/g, '-')
      .slice(-32)
    const dead = spawnSync(process.execPath, ['-e', '']).pid
    const left = `a.safetensors.${host}.${dead}.00c0ffee.tmp`
    const leftBefore = `a.safetensors.${host}.${process.pid}.00c0ffee.tmp` // of a process with our number, before us
    const kept = [
      `a.safetensors.${host}.${process.pid}.01234567.tmp`, // ours, at work
      `a.safetensors.${host}.${process.ppid}.00c0ffee.tmp`, // of a process alive
      `a.safetensors.another-${host}.${dead}.00c0ffee.tmp`, // of another machine
      `b.safetensors.${host}.${dead}.00c0ffee.tmp`, // of another file
      `a.safetensors.${host}.${dead}.tmp`, // of no save of ours
      `a.safetensors.${host}.${'9'.repeat(20)}.00c0ffee.tmp`,
    ]
    for (const name of [left, leftBefore, ...kept]) await writeFile(join(where, name), 'half')
    await utimes(join(where, leftBefore), 1000, 1000)
    await saveFile(path, { w: full([3], 1) })
    expect((await readdir(where)).sort()).toEqual(['a.safetensors', ...kept].sort())
  })

  test('killed at any moment leaves a whole file', async () => {
    const where = await emptyFolder('killed')
    const path = join(where, 'a.safetensors')
    const script = join(folder, 'saves.mjs')
    await build({
      stdin: {
        contents: `
          import { full } from '@core/tensor'
          import { saveFile } from '@core/safetensors/node'
          for (let i = 1; ; i++) {
            await saveFile(process.argv[2], { a: full([256, 256], i), b: full([256, 256], i) })
            if (i === 1) process.stdout.write('saving')
          }`,
        resolveDir: fileURLToPath(new URL('.', import.meta.url)),
      },
      outfile: script,
      bundle: true,
      format: 'esm',
      platform: 'node',
      conditions: ['@core/source'],
      logLevel: 'error',
    })
    await saveFile(path, { a: full([2], 0), b: full([2], 0) })
    for (let round = 0; round < 10; round++) {
      const child = spawn(process.execPath, [script, path], { stdio: ['ignore', 'pipe', 'inherit'] })
      const closed = once(child, 'close')
      expect(await Promise.race([once(child.stdout, 'data').then(() => 'saving'), closed])).toBe('saving')
      await sleep(round * 3.7)
      child.kill('SIGKILL')
      expect((await closed)[1]).toBe('SIGKILL')
      const { a, b } = await loadFile(path)
      expect(new Set([...a!.dataSync(), ...b!.dataSync()]).size).toBe(1)
      expect((await readdir(where)).length, 'the file and at most one leftover').toBeLessThanOrEqual(2)
    }
    await saveFile(path, { a: full([2], 0) })
    expect(await readdir(where)).toEqual(['a.safetensors'])
  }, 60_000)
})
