/**
 * Modules that the policy must refuse, each of which gets somewhere in a plain python3, and honest ones that it must accept.
 * The statements go before the entry point.
 */

/** They end in a name `got` that only somebody beyond the policy can hold. */
export const REFUSED: Readonly<Record<string, string>> = {
  "a module in an allowed one": "import enum\ngot = enum.bltns.open",
  "a module from an allowed one": "from enum import bltns\ngot = bltns.open",
  "a submodule": "import json.tool\ngot = json.tool.Path",
  "a submodule by from": "from json import tool\ngot = tool.argparse",
  "a function that runs commands": "import calendar\ngot = calendar.main",
  "a class of files": "from logging import FileHandler as got",
  "a log file": "import logging\ngot = logging.basicConfig\ngot(filename='/dev/null')",
  "a log file, named directly": "import logging\nlogging.basicConfig(filename='/dev/null')\ngot = 1",
  "a log file, by keywords": "import logging\nlogging.basicConfig(**{'filename': '/dev/null'})\ngot = 1",
  "json into a file": "import json\ngot = json.dump",
  "a module from a function": "import enum\ndef f(): return enum\ngot = f().bltns.open",
  "a module from a lambda": "import enum\ngot = (lambda: enum)().bltns.open",
  "a module in a list": "import enum\ngot = [enum][0].bltns.open",
  "a module in a tuple": "import enum\na, b = enum, 1\ngot = a.bltns.open",
  "a module in a dictionary": "import enum\ngot = {1: enum}[1].bltns.open",
  "a module in a loop": "import enum\nfor m in (enum,):\n    got = m.bltns.open",
  "a module in a comprehension": "import enum\n[got] = [m.bltns.open for m in [enum]]",
  "a module in a with": "import enum, contextlib\nwith contextlib.nullcontext(enum) as m:\n    got = m.bltns.open",
  "a module in a match": "import enum\nmatch enum:\n    case m:\n        got = m.bltns.open",
  "a module in a walrus": "import enum\ngot = (m := enum).bltns.open",
  "a module in a class body": "class A:\n    import enum\ngot = A.enum.bltns.open",
  "a module as an attribute": "import enum\nclass A: pass\nA.m = enum\ngot = A.m.bltns.open",
  "a module as a default": "import enum\ndef f(m=enum): return m.bltns.open\ngot = f()",
  "a module as an argument": "import enum\ndef f(m): return m.bltns.open\ngot = f(enum)",
  "a module in a conditional": "import enum\ngot = (enum if 1 else 0).bltns.open",
  "a module after or": "import enum\ngot = (0 or enum).bltns.open",
  "a module in an annotation": "import enum\ndef f(x: enum): pass\ngot = f",
  "a module yielded": "import enum\ndef f(): yield enum\ngot = next(f()).bltns.open",
  "a module by global": "def f():\n    global m\n    import enum as m\nf()\ngot = m.bltns.open",
  "a module by an alias": "import enum\nm = enum\ngot = m.bltns.open",
  "a module by a pattern": "import enum\nmatch enum:\n    case object(bltns=m):\n        got = m.open",
  "a module in a format": "import enum\nm = 'x'\ngot = f'{enum!r}'",
  "changing an allowed module": "import math\nmath.sqrt = abs\ngot = math.sqrt",
  "string.Formatter": "import string\ngot = string.Formatter().get_field('0.real', (1,), {})",
  "typing.get_type_hints": "import typing\ndef f(x: 'print'): pass\ngot = typing.get_type_hints(f)['x']",
  "typing.ForwardRef": "from typing import ForwardRef as got",
  "a forward reference inside":
    "import typing\ngot = typing.get_args(typing.List['abs'])[0]._evaluate({}, {}, frozenset())",
  "functools.singledispatch":
    "import functools\n@functools.singledispatch\ndef f(x): pass\n@f.register\ndef g(x: 'int'): pass\ngot = f",
  "vars in a class": "import operator\nclass A:\n    got = vars\n    vars = 1\ngot = A.got",
  "an attribute spelled with a name of a character": 'got = getattr(lambda: 0, "\\N{LOW LINE}_globals__")',
  "an attribute spelled with names of letters":
    "def f(): yield 1\ngot = getattr(f(), 'g\\N{latin small letter i}_frame')",
  "an attribute spelled in pieces": "got = getattr(lambda: 0, '_' '\\N{Low Line}' u'globals__')",
  "an attribute spelled with numbers": "got = getattr(lambda: 0, '\\137\\x5f\\u0067lobals__')",
  "a format that spells an attribute": "got = '{0.\\N{LOW LINE}_class__}'.format(1)",
  "a format that spells its dot":
    "def f(): yield 1\ngot = '\\N{LEFT CURLY BRACKET}0\\N{FULL STOP}gi_frame}'.format(f())",
  "eval in mathematical letters": "got = 𝑒𝑣𝑎𝑙",
  "eval in wide letters": "got = ｅｖａｌ",
  "eval with one wide letter": "got = evaｌ",
  "eval in an f-string": "got = f'{𝑒𝑣𝑎𝑙(\"1\")}'",
  "eval as a decorator": "@𝑒𝑣𝑎𝑙\ndef got(): pass",
  "an import in mathematical letters": "import 𝑜𝑠\ngot = 𝑜𝑠.system",
  "a module by from in mathematical letters": "from 𝑒num import 𝑏ltns as 𝑔ot",
  "a module by another spelling": "import enum as 𝑒\ngot = [e]",
  "an attribute in mathematical letters": "def f(): yield 1\ngot = f().𝑔i_frame",
  "a special attribute in mathematical letters": "got = (lambda: 0).__𝑔lobals__",
  "a class pattern in mathematical letters":
    "def f(): yield 1\nmatch f():\n    case object(𝑔i_frame=got):\n        pass",
  "a special method in mathematical letters":
    "import copy\nclass A:\n    def __𝑟educe__(self): return print, ()\ngot = copy.copy(A()) or 1",
  "a log file in mathematical letters": "import logging\nlogging.basicConfig(𝑓ilename='/dev/null')\ngot = 1",
  "what a log is told in mathematical letters":
    "import logging\nd = {}\nlogging.getLogger().warning('a', 𝑒xtra=d)\ngot = 1",
  "eval in a class": "class A:\n    got = eval\n    eval = 1\ngot = A.got",
  "itemgetter of vars": "import operator\ngot = operator.itemgetter('got')({**vars(), 'got': 1})",
  "operator.attrgetter": "import operator\ngot = operator.attrgetter('real')(1)",
  "copy by __reduce__": "import copy\nclass A:\n    def __reduce__(self): return print, ()\ngot = copy.copy(A()) or 1",
  "copy by __reduce_ex__ as a value":
    "import copy\nclass A:\n    __reduce_ex__ = lambda self, n: (print, ())\ngot = copy.copy(A()) or 1",
  "a class pattern that reads":
    "def f(): yield 1\nmatch f():\n    case object(gi_frame=g):\n        pass\nmatch g:\n    case object(f_builtins=got):\n        pass",
  "a class pattern by position":
    "class A:\n    __match_args__ = ('x',)\n    x = 1\nmatch A():\n    case A(got):\n        pass",
  "property.fget": "class A:\n    @property\n    def x(self): return 1\ngot = A.x.fget",
  "warnings.catch_warnings": "import warnings\ngot = warnings.catch_warnings()._module",
  "catch_warnings in a with": "import warnings\nwith warnings.catch_warnings() as w:\n    got = 1",
  "Enum._convert_": "import enum\nclass E(enum.IntEnum): pass\ngot = E._convert_('X', 'sys', lambda n: n == 'maxsize')",
  "a class from a call of type": "got = type('A', (), {'__red' + 'uce__': 1})",
  "type as a value": "t = type\ngot = t('A', (), {})",
  "a metaclass": "class M(type): pass\ngot = M('A', (), {})",
  ABCMeta: "from abc import ABCMeta\ngot = ABCMeta('A', (), {})",
  "dataclass by a call": "import dataclasses\nclass A: pass\ngot = dataclasses.dataclass(A)",
  "ndarray.tofile": "import numpy\nnumpy.zeros(1).tofile('/dev/null')\ngot = 1",
  "ndarray.dump": "import numpy\nnumpy.zeros(1).dump('/dev/null')\ngot = 1",
  "ndarray.ctypes": "import numpy\ngot = numpy.zeros(1).ctypes",
  "numpy.fromfile": "from numpy import fromfile as got",
  "numpy's modules": "import numpy as np\ngot = np.lib.format.open_memmap",
  "numpy.testing": "import numpy.testing as t\ngot = t.assert_equal",
  "numpy by a star": "from numpy import *\ngot = fromfile",
  "operator by a star": "from operator import *\ngot = attrgetter",
  "a stream's file": "import sys\ngot = sys.stderr.buffer",
  "used sys": "import sys\ngot = sys.modules",
  "used os": "import os\ngot = os.getcwd",
  "os as a value": "import os\ndef f(): return os\ngot = f()",
  "getattr with a computed name": "got = getattr(1, 're' + 'al')",
  "getattr with a refused name": "def f(): yield\ngot = getattr(f(), 'gi_frame')",
  "getattr of a module": "import enum\ngot = getattr(enum, 'bltns')",
  "getattr as a value": "g = getattr\ngot = g(1, 'real')",
  "setattr with a computed name": "class A: pass\nsetattr(A, 'go' + 't', 1)\ngot = A.got",
  "globals as a value": "got = globals()",
  "globals in a list": "got = [1] in [globals()]",
  "a class of an object": "got = (1).__class__",
  "a class of an object, called": "got = (1).__class__('1')",
  "help and its kin": "got = license",
  "a module by a comparison":
    "import enum\nclass A:\n    def __eq__(self, o): return o\ngot = (A() == enum).bltns.open",
  "globals by a comparison": "class A:\n    def __eq__(self, o): return o\ngot = (A() == globals)()",
  "globals by a container":
    "class A:\n    def __contains__(self, o):\n        global got\n        got = o\n'A' in globals() in A()",
  "type by a comparison": "class A:\n    def __eq__(self, o): return o\ngot = (A() == type(int))",
  "a module by an isinstance of its own":
    "import enum\ndef isinstance(a, b): return b\nb = isinstance(1, enum)\ngot = b.bltns.open",
  "a module by an imported isinstance":
    "import enum\nfrom functools import partial as isinstance\ngot = isinstance(lambda m: m.bltns.open, enum)()",
  "a module by a getattr of its own":
    "import enum\ndef getattr(m, n): return m.bltns\ngot = getattr(enum, 'Enum').open",
  "a stream by a print of its own": "import sys\ndef print(file): return file.buffer\ngot = print(file=sys.stderr)",
  "a class by a decorator": "@type(int)('D', (), {'__new__': lambda c, x: x})\nclass got: pass",
  "a class by a with":
    "with type(int)('D', (), {'__enter__': lambda s: s, '__exit__': lambda *a: None})():\n    got = 1",
  "a module from a class by from": "class A:\n    from numpy import random\ngot = A.random.mtrand",
  "TypedDict by a call": "import typing\ngot = typing.TypedDict('T', {'x y': int})",
  "getattr of a starred pair": "import enum\ngot = getattr(*(enum, 'bltns'))",
  "a logger's streams": "import logging\nlogging.basicConfig()\ngot = logging.getLogger().handlers[0].stream",
  "a name in full width": "import enum\ngot = enum.ｂltns",
  "TYPE_CHECKING made true": "TYPE_CHECKING = True\nif TYPE_CHECKING:\n    import os\ngot = os",
  "TYPE_CHECKING overwritten":
    "from typing import TYPE_CHECKING\nTYPE_CHECKING = True\nif TYPE_CHECKING:\n    import subprocess as got",
  "a format that is put together":
    "import random\nt = ('{0._'+'_func_'+'_._'+'_globals_'+'_[_os].environ}').format(random.shuffle)\nassert 'PATH' in t\ngot = 1",
  "a format_map that is put together":
    "import random\nt = ('{a._'+'_func_'+'_._'+'_globals_'+'_[_os].environ}').format_map({'a': random.shuffle})\nassert 'PATH' in t\ngot = 1",
  "format as a function of str":
    "import random\nt = str.format('{0._'+'_func_'+'_._'+'_globals_'+'_[_os].environ}', random.shuffle)\nassert 'PATH' in t\ngot = 1",
  "format handed on":
    "import random\nt = list(map(str.format, ['{0._'+'_func_'+'_._'+'_globals_'+'_[_os].environ}'], [random.shuffle]))[0]\nassert 'PATH' in t\ngot = 1",
  "format by getattr":
    "import random\nt = getattr('{0._'+'_func_'+'_._'+'_globals_'+'_[_os].environ}', 'format')(random.shuffle)\nassert 'PATH' in t\ngot = 1",
  "a format that is joined":
    "import random\nt = ''.join(['{0._','_func_','_._','_globals_','_[_os].environ}']).format(random.shuffle)\nassert 'PATH' in t\ngot = 1",
  "wraps with names of its own":
    "import functools, random\nclass W:\n    def __setattr__(self, n, v):\n        global got\n        if n == '_'+'_func_'+'_': got = v\nfunctools.wraps(random.shuffle, assigned=('_'+'_func_'+'_',), updated=())(W())",
  "the object of an AttributeError":
    "import typing\ntry:\n    typing.TypeIs\nexcept AttributeError as e:\n    got = e.obj.sys.modules",
  "the object of an AttributeError, by a pattern":
    "import typing\ntry:\n    typing.TypeIs\nexcept AttributeError as e:\n    match e:\n        case AttributeError(obj=got):\n            pass",
  "the object of an AttributeError, by getattr":
    "import typing\ntry:\n    typing.TypeIs\nexcept AttributeError as e:\n    got = getattr(e, 'obj').sys.modules",
  "a warning that reads a file":
    "import warnings\nt = warnings.formatwarning('x', UserWarning, '/etc/passwd', 1)\nassert 'root' in t\ngot = 1",
  "a warning that shows a file": "import warnings\nwarnings.warn_explicit('x', UserWarning, '/etc/passwd', 1)\ngot = 1",
  "memory by __getattr__":
    "import numpy as np\nt = 'hello-secret-memory'\nv = {'data': (id(t), False), 'shape': (64,), 'typestr': '|u1', 'version': 3}\nclass A:\n    def __getattr__(self, n):\n        if len(n) == 19: return v\n        raise AttributeError(n)\nb = bytes(np.asarray(A()))\nassert b'hello-secret' in b\ngot = 1",
  "memory by a record of a log":
    "import numpy as np, logging\nt = 'hello-secret-memory'\nv = {'data': (id(t), False), 'shape': (64,), 'typestr': '|u1', 'version': 3}\nr = logging.makeLogRecord({'_'+'_array_interface_'+'_': v})\nb = bytes(np.asarray(r))\nassert b'hello-secret' in b\ngot = 1",
  "memory by the record of a logger":
    "import numpy as np, logging\nt = 'hello-secret-memory'\nv = {'data': (id(t), False), 'shape': (64,), 'typestr': '|u1', 'version': 3}\nr = logging.getLogger('a').makeRecord('a', 1, 'f', 1, 'm', (), None, extra={'_'+'_array_interface_'+'_': v})\nb = bytes(np.asarray(r))\nassert b'hello-secret' in b\ngot = 1",
  "memory by the extra of a log":
    "import numpy as np, logging\nt = 'hello-secret-memory'\nv = {'data': (id(t), False), 'shape': (64,), 'typestr': '|u1', 'version': 3}\ngot = []\nl = logging.getLogger('a')\nl.addFilter(lambda r: got.append(r))\nl.warning('x', extra={'_'+'_array_interface_'+'_': v})\nb = bytes(np.asarray(got[0]))\nassert b'hello-secret' in b\ngot = 1",
  "memory by an enum":
    "import numpy as np, enum\nt = 'hello-secret-memory'\nv = {'data': (id(t), False), 'shape': (64,), 'typestr': '|u1', 'version': 3}\nE = enum.Enum('E', {'_'+'_array_interface_'+'_': v, 'X': 1})\nb = bytes(np.asarray(E.X))\nassert b'hello-secret' in b\ngot = 1",
  "memory by an enum without members":
    "import numpy as np, enum\nt = 'hello-secret-memory'\nv = {'data': (id(t), False), 'shape': (64,), 'typestr': '|u1', 'version': 3}\nclass B(enum.Enum): pass\nE = B('E', {'_'+'_array_interface_'+'_': v, 'X': 1})\nb = bytes(np.asarray(E.X))\nassert b'hello-secret' in b\ngot = 1",
  "memory by an enum in a list":
    "import numpy as np, enum\nt = 'hello-secret-memory'\nv = {'data': (id(t), False), 'shape': (64,), 'typestr': '|u1', 'version': 3}\nE = [enum.Enum][0]('E', {'_'+'_array_interface_'+'_': v, 'X': 1})\nb = bytes(np.asarray(E.X))\nassert b'hello-secret' in b\ngot = 1",
  "memory by a cached property":
    "import numpy as np, functools\nt = 'hello-secret-memory'\nv = {'data': (id(t), False), 'shape': (64,), 'typestr': '|u1', 'version': 3}\nclass A: pass\np = functools.cached_property(lambda s: v)\np.attrname = '_'+'_array_interface_'+'_'\nA.p = p\na = A()\na.p\nb = bytes(np.asarray(a))\nassert b'hello-secret' in b\ngot = 1",
  "an array that gives its memory back":
    "import numpy as np\na = np.zeros(1 << 20)\nv = a[:]\na.resize(1, refcheck=False)\nv[0]\ngot = 1",
  "the same by the class":
    "import numpy as np\na = np.zeros(1 << 20)\nv = a[:]\nnp.ndarray.resize(a, 1, refcheck=False)\ngot = 1",
  "numpy.bmat, which reads names":
    "import numpy as np\nsecret = np.ones((1,1))\nassert np.bmat('sec' + 'ret')[0,0] == 1\ngot = 1",
  "numbers taken for objects":
    "import numpy as np\nt=[]\nx = np.ndarray((1,), dtype='O', buffer=bytearray(id(t).to_bytes(8,'little')))\nassert x[0] is t\ngot = 1",
  "a class that claims frames":
    "import dataclasses, collections.abc\nfrom abc import ABC\n@dataclasses.dataclass\nclass A(ABC):\n    gi_frame: int = 0\n@dataclasses.dataclass\nclass B(ABC):\n    f_builtins: int = 0\nA.register(collections.abc.Generator)\nB.register(collections.abc.Hashable)\ndef g(): yield\nmatch g():\n    case A(f): pass\nmatch f:\n    case B(b): pass\nassert b['open']\ngot = 1",
  "a tuple that claims frames":
    "import collections\nimport collections.abc\nfrom abc import ABC\nN = collections.namedtuple('N', ['gi_' + 'frame'])\nM = collections.namedtuple('M', ['f_' + 'builtins'])\nclass A(N, ABC): pass\nclass B(M, ABC):\n    __hash__ = None\nA.register(collections.abc.Generator)\nB.register(collections.abc.Hashable)\ndef g(): yield\nmatch g():\n    case A(f): pass\nmatch f:\n    case B(b): pass\nassert b['open']\ngot = 1",
  "a field of its own":
    "import dataclasses\nclass F(dataclasses.Field):\n    __slots__ = ('n', 'k')\n    @property\n    def name(self):\n        self.k += 1\n        return self.n if self.k < 100 else self.n\n    @name.setter\n    def name(self, v):\n        self.k = 0\n        self.n = 'x'\n    @property\n    def default(self): return dataclasses.MISSING\n    @default.setter\n    def default(self, v): pass\nf = F(dataclasses.MISSING, dataclasses.MISSING, True, True, None, True, None, False)\ngot = 1",
  "a field with another name":
    "import dataclasses\n@dataclasses.dataclass\nclass A:\n    x: int = 0\ndataclasses.fields(A)[0].name = '_'+'_class_'+'_'\nd = dataclasses.astuple(A())\nassert d[0] is A\ngot = 1",
  "format in a partial":
    "import random, functools\nt = functools.partial(str.format, '{0._'+'_func_'+'_._'+'_globals_'+'_[_os].environ}')(random.shuffle)\nassert 'PATH' in t\ngot = 1",
  "an enum that creates":
    "import enum, numpy as np\nclass B(enum.Enum): pass\nt = 'hello-secret-memory'\nv = {'data': (id(t), False), 'shape': (64,), 'typestr': '|u1', 'version': 3}\nE = B._create_('E', {'_'+'_array_interface_'+'_': v, 'X': 1})\nb = bytes(np.asarray(E.X))\nassert b'hello-secret' in b\ngot = 1",
  "a function for a metaclass":
    "def m(n, b, ns):\n    return ns\nclass A(metaclass=m): pass\nassert '_'+'_module_'+'_' in A\ngot = 1",
  "a logger of its own":
    "import logging\nclass L(logging.Logger):\n    def handle(self, r):\n        global got\n        got = r\nL('a').warning('x')",
  "an array as an annotation of another class":
    "import numpy as np\nfrom typing import List\nclass A:\n    def __class_getitem__(cls, x):\n        global got\n        got = x\nif 1: List = A\ny: List[np.ndarray] = 1",
  "a format with other names": "T = 'a'\nfor T in ['{0._' + '_class_' + '_}']: got = T.format(1)",
  "a field of a format": "got = '{0.gi_frame}'.format(i for i in [])",
  "a random state": "import numpy as np\nr = np.random.RandomState(1)\ngot = r.get_state\nr.set_state(got())",
  "the other branch of TYPE_CHECKING":
    "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    pass\nelse:\n    import subprocess as got"
}

export const ACCEPTED: Readonly<Record<string, string>> = {
  "names of characters":
    "x = '\\N{EM DASH} \\N{LATIN SMALL LETTER A}\\N{LOW LINE} \\400' r'\\N{LOW LINE}_globals__' '\\\\N{LOW LINE}'",
  "names in letters of all kinds":
    "𝒳, ﬁ = 1, 2\nX += fi + ﬁ\nimport math as 𝓂\nx = m.𝑠qrt(X) + 𝓂.pi\ndef 𝑔(𝑎, 𝔟=1): return a + b + 𝑎\ny = [g(𝑎=1, b=2), 𝐥en('a'), f'{𝒳}{x}']\nclass 𝐀:\n    def 𝐟(self): return self.𝐠\nA.g = 𠀀 = 'A'\nprint(𠀀, A)",
  typing:
    "from typing import Any, Dict, List, Literal, NamedTuple, Optional, Protocol, Tuple, TypedDict, Union, cast\nimport typing as t\nclass A(NamedTuple):\n    x: Optional[int] = None\ndef f(a: Dict[str, List[int]], b: t.Optional[t.Deque[float]] = None) -> Tuple[str, int]: return cast(Any, a)",
  dataclasses:
    "from dataclasses import dataclass, field, asdict\nimport dataclasses\n@dataclass\nclass A:\n    x: list = field(default_factory=list)\n    def __post_init__(self): self._y = 1\n@dataclasses.dataclass(frozen=True)\nclass B:\n    y: int = 0\ndataclasses.replace(B(), y=1), asdict(A())",
  "a frozen dataclass":
    "from dataclasses import dataclass\n@dataclass(frozen=True)\nclass A:\n    x: int\n    def __post_init__(self): object.__setattr__(self, 'x', 2)\nA(1)",
  logging:
    "import logging\nlogging.basicConfig(level=logging.INFO, format='%(message)s')\nlogger = logging.getLogger(__name__)\nlogger.addHandler(logging.NullHandler())\nlogger.setLevel(logging.ERROR)\nlogger.debug('x %s', 1)",
  enum: "from enum import Enum, IntEnum, auto\nimport enum\nclass A(Enum):\n    X = auto()\n    Y = 'y'\nclass B(enum.IntFlag):\n    Z = 1\nA.X.name, A.Y.value, A['X'], A('y')",
  decimal:
    "from decimal import Decimal, getcontext, ROUND_DOWN\nimport decimal\ngetcontext().prec = 20\nDecimal('1.1').quantize(Decimal('0.1'), rounding=ROUND_DOWN)\nwith decimal.localcontext() as ctx:\n    ctx.prec = 5",
  fractions: "from fractions import Fraction\nFraction(1, 3).numerator",
  heapq: "import heapq\nh = []\nheapq.heappush(h, 1)\nheapq.nlargest(1, h)",
  bisect: "import bisect\nfrom bisect import insort\nbisect.bisect_left([1], 1)",
  re: "import re\np = re.compile(r'\\d+', re.I | re.MULTILINE)\np.match('1').group(0)",
  json: "import json\ntry:\n    json.loads(json.dumps({'a': 1}))\nexcept json.JSONDecodeError:\n    pass\nfrom json.decoder import JSONDecodeError",
  copy: "import copy\ncopy.deepcopy([1])",
  operator: "import operator\nsorted([(1, 2)], key=operator.itemgetter(1))\nfrom operator import add",
  "time.perf_counter": "import time\nfrom time import perf_counter\ntime.perf_counter() - perf_counter()",
  calendar: "import calendar\ncalendar.monthrange(2024, 1)",
  datetime:
    "import datetime as dt\nfrom datetime import datetime, timedelta, timezone\ndatetime.now(timezone.utc) - timedelta(days=1), dt.datetime(2024, 1, 1).date()",
  collections:
    "import collections\nimport collections.abc\nfrom collections import OrderedDict, defaultdict, namedtuple\nP = namedtuple('P', 'x y')\nP(1, 2)._replace(x=2)._asdict()\nd: collections.deque = collections.deque(maxlen=3)\nisinstance(d, collections.abc.Iterable)",
  functools:
    "import functools\n@functools.lru_cache(maxsize=None)\ndef f(x): return x\nf.cache_clear()\nfunctools.reduce(max, [1])\n@functools.wraps(f)\ndef g(): pass",
  itertools: "from itertools import accumulate, islice\nimport itertools as it\nlist(it.chain([1]))",
  contextlib: "import contextlib\nwith contextlib.suppress(ValueError):\n    pass",
  abc: "from abc import ABC, ABCMeta, abstractmethod\nclass A(ABC):\n    @abstractmethod\n    def f(self): ...\nclass B(metaclass=ABCMeta): pass",
  warnings:
    "import warnings\nwarnings.filterwarnings('ignore')\nwith warnings.catch_warnings():\n    warnings.simplefilter('ignore')",
  numpy:
    "import numpy as np\nimport numpy\nfrom numpy.lib.stride_tricks import sliding_window_view\nrng = np.random.default_rng(7)\na = np.asarray([1.0, 2.0], dtype=np.float64)\nnp.linalg.lstsq(np.vstack([a, np.ones(2)]).T, a, rcond=None)\na.std(), np.polyfit(a, a, 1), np.nan, np.fft.rfft(a), rng.normal()\ndef f(x: np.ndarray) -> 'np.ndarray': return x\nwith np.errstate(divide='ignore'):\n    pass",
  "numpy.typing":
    "import numpy as np\nimport numpy.typing as npt\nfrom numpy.typing import NDArray\ndef f(x: NDArray[np.float64], y: npt.ArrayLike): pass",
  "numpy if it is there":
    "try:\n    import numpy as np\nexcept ImportError:\n    np = None\ndef f(x):\n    if np is not None:\n        return np.mean(x)\n    if not np:\n        return 0\n    return np.median(x) if np else sum(x)",
  "star of math": "from math import *\nsqrt(2)",
  "unused sys and os": "import os\nimport sys, math",
  stderr: "import sys\nprint('x', file=sys.stderr)\nsys.maxsize, sys.float_info.epsilon, sys.version_info",
  "imports for types":
    "from __future__ import annotations\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from pandas import DataFrame\n    import pathlib\ndef f(x: DataFrame, y: pathlib.Path): pass",
  "imports for types, by attribute":
    "import typing\nif typing.TYPE_CHECKING:\n    import pandas as pd\ndef f(x: 'pd.DataFrame'): pass",
  "the name of a class":
    "class A:\n    def __repr__(self): return f'{self.__class__.__name__}()'\n    def n(self): return type(self).__name__",
  "type of a value":
    "isinstance(1, type(2)), type(1) is int, type(1) == float, isinstance(int, type)\ndef f(x: type): pass",
  "getattr with a constant name":
    "def f(): pass\nif not hasattr(f, 'n'):\n    f.n = 0\nsetattr(f, 'n', 1)\ngetattr(f, 'n', None), getattr(f, '_history', [])",
  "not in globals": "if '_state' not in globals():\n    _state = {}\ndef f():\n    return 'x' in locals()",
  formats:
    "MSG = 'price {:.2f} at {}'\nMSG.format(1.0, 2), '{a.real} {b[0]}'.format(a=1, b=[1]), '{a}'.format_map({'a': 1})\ndef f(x):\n    text = '{:>10.3f}'\n    return text.format(x)\nf(1.0)",
  "arrays as annotations":
    "from dataclasses import dataclass, field\nfrom typing import Callable, Dict, List, Optional, Union\nimport numpy as np\n@dataclass\nclass S:\n    a: np.ndarray = field(default_factory=lambda: np.zeros(1))\n    b: Optional[np.ndarray] = None\ndef f(a: np.ndarray | None, b: Dict[str, np.ndarray], c: Callable[[np.ndarray], float], e: Union[float, np.ndarray]) -> np.ndarray:\n    x: List[np.ndarray] = [a]\n    return x[0] if isinstance(a, np.ndarray) else np.resize(a, 2)\nS()",
  "enums by a call":
    "from enum import Enum, IntFlag, auto\nA = Enum('A', 'X Y')\nB = Enum('B', ['X', 'Y'])\nC = Enum('C', [('X', 1)], start=2)\nclass D(str, Enum):\n    X = 'x'\n    def __str__(self): return self.value\nclass E(IntFlag):\n    X = auto()\ndef f(x: Enum) -> D: return D.X if isinstance(x, Enum) else D('x')",
  "a log with more":
    "import logging\nlog: logging.Logger = logging.getLogger('a')\nlog.addHandler(logging.NullHandler())\nlog.info('x', extra={'tick': 1})\nclass K:\n    def handle(self, x): return x\n    def filter(self, x): return x\nK().handle(K().filter(1))",
  "a filter of its own":
    "class K:\n    def __init__(self):\n        self.filter = 1\n        self.handle = None\nK().filter",
  "a decorator":
    "from functools import wraps\ndef safe(default):\n    def outer(f):\n        @wraps(f)\n        def inner(*a, **k):\n            try:\n                return f(*a, **k)\n            except Exception as e:\n                print(type(e).__name__, e)\n                return default\n        return inner\n    return outer\n@safe('HOLD')\ndef g(): return 1\ng()",
  "special methods":
    "class A:\n    __slots__ = ('x',)\n    def __init__(self, x=0): self.x = x\n    def __radd__(self, o): return o\n    def __bool__(self): return True\n    def __enter__(self): return self\n    def __exit__(self, *a): return False\n    def __delattr__(self, n): return n\n    def __new__(cls, *a): return super().__new__(cls)\n    def __missing__(self, k): return k\n    def __format__(self, s): return s\n    def __class_getitem__(cls, k): return cls",
  "names of modules for other things":
    "import time\ndef f(time, string=1): return time + string\ncopy = [1].copy()\nrandom = 3\nrandom + 1",
  "its own name for a module": "def f():\n    import math as m\n    return m.pi\ndef g(m): return m",
  "words about the module": "__author__ = 'x'\n__version__ = '1'\n__all__ = ['execute_trade']",
  "private attributes of its own":
    "class A:\n    def __init__(self): self._os = self.__x = 1\n    def f(self): return self._os, self.__x\nA().f()",
  "patterns of its own":
    "from dataclasses import dataclass\n@dataclass\nclass A:\n    x: int\nmatch A(1):\n    case A(x=y):\n        pass\n    case A(z):\n        pass"
}

/** Put after the entry point. */
export const ENDINGS: Readonly<Record<string, string>> = {
  "a main guard": "if __name__ == '__main__':\n    print(execute_trade('A', 1.0, 0, 10.0, 0))",
  "a harness":
    "def main():\n    for i in range(3):\n        print(execute_trade('A', 1.0, i, 10.0, 0))\n    return 0\nif __name__ == '__main__':\n    import sys\n    import random\n    sys.exit(main())",
  "a harness with arguments":
    "if __name__ == '__main__':\n    import sys\n    name = sys.argv[1] if len(sys.argv) > 1 else 'A'\n    print(execute_trade(name, 1.0, 0, 10.0, 0), file=sys.stderr)"
}
