import 'egg';
