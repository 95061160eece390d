import apps from './apps';
import conversations from './conversations';
import errcode from './errcode';
import notifications from './notifications';
import overview from './overview';
import people from './people';
import queue from './queue';
import replies from './replies';
import shell from './shell';
import team from './team';

export default { ...shell, ...overview, ...conversations, ...people, ...queue, ...replies, ...notifications, ...apps, ...team, errcode };
