import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mobyDick, readText } from '../src/language/text.js'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'demo-text-'))
  writeFileSync(join(folder, 'Ein Märchen!.txt'), '\uFEFFEs war einmal …\r\n')
  writeFileSync(join(folder, 'empty.txt'), '')
  writeFileSync(join(folder, 'mark.txt'), '\uFEFF')
  writeFileSync(join(folder, 'blank.txt'), ' \n\t\n')
  writeFileSync(join(folder, 'latin1.txt'), Buffer.from('Mädchen', 'latin1'))
  writeFileSync(join(folder, 'utf16.txt'), Buffer.from('\uFEFFhello', 'utf16le'))
  symlinkSync('nowhere', join(folder, 'dangling.txt'))
})
afterAll(() => rmSync(folder, { recursive: true }))

test('Moby Dick comes with the app', async () => {
  const { content, slug } = await mobyDick()
  expect(content.length).toBe(1_190_317)
  expect(content.startsWith('CHAPTER 1. Loomings.')).toBe(true)
  expect(slug).toBe('moby')
})

test('a file of the user, its byte order mark dropped', async () => {
  expect(await readText('Ein Märchen!.txt', folder)).toEqual({
    content: 'Es war einmal …\r\n',
    title: 'Ein Märchen!.txt',
    slug: 'Ein-Märchen',
    path: join(folder, 'Ein Märchen!.txt'),
  })
})

describe('one sentence for', () => {
  test.each([
    ['missing.txt', "There is no text file 'missing.txt'."],
    ['dangling.txt', "There is no text file 'dangling.txt'."],
    ['empty.txt/below', "There is no text file 'empty.txt/below'."],
    ['empty.txt', "The text file 'empty.txt' is empty."],
    ['mark.txt', "The text file 'mark.txt' is empty."],
    ['blank.txt', "The text file 'blank.txt' is empty."],
    ['.', "The text file '.' is a folder."],
    ['/dev/null', "The text file '/dev/null' is not an ordinary file."],
    ['latin1.txt', "The text file 'latin1.txt' is not UTF-8."],
    ['utf16.txt', "The text file 'utf16.txt' is not UTF-8."],
  ])('%s', async (file, sentence) => {
    await expect(readText(file, folder)).rejects.toMatchObject({ name: 'UsageError', message: sentence })
  })
})
