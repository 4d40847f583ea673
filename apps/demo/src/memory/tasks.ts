import { addingTask } from './adding.js'
import { copyTask } from './copy.js'

export const TASKS = { copy1: copyTask(1), copy10: copyTask(10), adding: addingTask } as const

export type TaskName = keyof typeof TASKS
export const TASK_NAMES = Object.keys(TASKS) as readonly TaskName[]
