import { expose } from './training.worker.js'

expose()
