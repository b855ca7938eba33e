/** Every picture with a library, as one part of the code; `picture.tsx` loads it. */
export { AccessMap } from '../ui/chart/access/access-map.tsx'
export { ActivityChart } from '../ui/chart/activity-chart.tsx'
export { DayBars } from '../ui/chart/day-bars.tsx'
export { HeadsChart } from './audit/heads-chart.tsx'
export { TimelineChart } from './secrets/versions/timeline-chart.tsx'
