/** More ways round the policy, by what they do: each of them gets somewhere in a plain python3, and ends in a name `got`. */

const ADDRESS = "v = {'data': (id(t), False), 'shape': (64,), 'typestr': '|u1', 'version': 3}"
const STREAM = "class H:\n    level = 0\n    def handle(self, r): pass\n"

export const WAYS: Readonly<Record<string, string>> = {
  "getattr from an enum": "import enum\nclass E(enum.Enum):\n    X = 1\ngot = enum.pickle_by_enum_name(E.X, 2)[0]",
  "type by its origin": "import typing\ngot = typing.get_origin(typing.Type)('A', (), {})",
  "type by an alias that is called": "import typing\nT = typing.Type[int]\nT._inst = True\ngot = T('A', (), {})",
  "a metaclass from typing.Type": "import typing\nclass M(typing.Type): pass\ngot = M('A', (), {})",
  "a metaclass from Type[int]": "from typing import Type\nclass M(Type[int]): pass\ngot = M('A', (), {})",
  "a metaclass from an alias": "from typing import Type\nT = Type[int]\nclass M(T): pass\ngot = M('A', (), {})",
  "a metaclass from an alias of an alias":
    "from typing import Type, Annotated\nT = Type[int]\nU = Annotated[T, 1]\nclass M(U): pass\ngot = M",
  "an alias in a class":
    "from typing import Type\nclass A:\n    T = Type[int]\nclass M(A.T): pass\ngot = M('A', (), {})",
  "an array from its alias":
    "import numpy as np\nfrom numpy.typing import NDArray\nt = []\ngot = NDArray[np.float64]((1,), dtype='O', buffer=bytearray(id(t).to_bytes(8, 'little')))",
  "an array from its alias with a name":
    "import numpy as np\nfrom numpy.typing import NDArray\nX = NDArray[np.float64]\ngot = X((1,), dtype='O', buffer=bytearray(8))",
  "a class of arrays with another name":
    "import numpy as np\nM = np.c_.makemat\nt = []\ngot = np.zeros(1).__new__(M, (1, 1), dtype='O', buffer=bytearray(id(t).to_bytes(8, 'little')))",
  "a class of arrays":
    "from numpy.typing import NDArray\nclass A(NDArray): pass\ngot = A((1,), dtype='O', buffer=bytearray(8))",
  "a format by a name of a class":
    "_A__T = '{0._' + '_class_' + '_}'\n__T = 'x'\nclass A:\n    def f(self): return __T.format(1)\ngot = A().f()",
  "a metaclass by a name of a class":
    "from abc import ABCMeta as _A__M\n_A__M = lambda n, b, s: s\nclass A:\n    class B(metaclass=__M): pass\ngot = A.B",
  "types by a name of a class":
    "from typing import TYPE_CHECKING as _A__T\n_A__T = True\nclass A:\n    if __T:\n        import subprocess\ngot = A.subprocess",
  "a key that is missing in an annotation":
    "import numpy as np\ntry:\n    x: np.sctypeDict[type] = 1\nexcept KeyError as e:\n    got = e.args[0]",
  "a key that is missing in a parameter's annotation":
    "import re\ntry:\n    def f(x: re.RegexFlag[type]): pass\nexcept KeyError as e:\n    got = e.args[0]",
  "a key that is missing in an imported table":
    "from json.encoder import ESCAPE_DCT as D\ntry:\n    x: D[type] = 1\nexcept KeyError as e:\n    got = e.args[0]",
  "setting what is in a module": "import math\nsetattr(math, 'sqrt', abs)\ngot = math.sqrt",
  "deleting what is in a module": "import math\ndelattr(math, 'sqrt')\ngot = 1",
  "code in the name of a field":
    'from dataclasses import dataclass, field\nF = field(default=1)\n@dataclass\nclass A:\n    x: int = F\nF.init = F.compare = False\nF.name = "x=0,y=[print(_" + "_import_" + "_(\'os\'))],*,z"\ntry:\n    @dataclass\n    class B(A): pass\nexcept TypeError: pass\ngot = 1',
  "an enum without members, under a name that is something else elsewhere":
    "from enum import Enum\ndef f(): Enum = 1\nclass B(Enum): pass\ngot = B('E', {'_' + '_x': 1, 'X': 1})",
  "a field under the name of a class":
    "from dataclasses import dataclass, field\ngot = []\n@dataclass\nclass A:\n    __x: int = field(default=1)\n    got.append(_A__x)",
  "a field of a named tuple that is something else elsewhere":
    "from typing import NamedTuple\ndef g(): NamedTuple = 1\nfrom dataclasses import dataclass, field\n@dataclass\nclass A(NamedTuple):\n    x: int = field(default=1)\ngot = A().x",
  "a field of a dataclass that is a parameter":
    "from dataclasses import dataclass, field\ndef f(dataclass):\n    @dataclass\n    class A:\n        x: int = field(default=1)\n    return A\ngot = f(lambda c: c.x)",
  "a field behind a function": "import dataclasses as d\ndef f(): return d.field(default=1)\ngot = f()",
  "a field in a partial": "import functools, dataclasses\ngot = functools.partial(dataclasses.field)()",
  "a field of a class that is none of data":
    "from dataclasses import field\nclass A:\n    x: int = field(default=1)\ngot = A.x",
  "a field of a named tuple":
    "from dataclasses import dataclass, field\nfrom typing import NamedTuple\n@dataclass\nclass A(NamedTuple):\n    x: int = field(default=1)\ngot = A().x",
  "a field by a decorator":
    "from dataclasses import dataclass, field\ndef steal(c):\n    global got\n    got = c.x\n    return c\n@dataclass\n@steal\nclass A:\n    x: int = field(default=1)",
  "a field by a derived class":
    "from dataclasses import dataclass, field\nclass B:\n    def __init_subclass__(cls):\n        global got\n        got = cls.x\n@dataclass\nclass A(B):\n    x: int = field(default=1)",
  "a field by the name of its neighbour":
    "from dataclasses import dataclass, field\nclass D:\n    def __set_name__(self, o, n):\n        global got\n        got = o.x\n@dataclass\nclass A:\n    x: int = field(default=1)\n    y = D()",
  "a field by a descriptor":
    "from dataclasses import dataclass, field\nclass D:\n    def __get__(self, i, o):\n        global got\n        got = o.x\n@dataclass\nclass A:\n    y: int = D()\n    x: int = field(default=1)",
  "a field by a property of the class":
    "from dataclasses import dataclass, field\ndef f(c):\n    global got\n    got = c.x\nD = classmethod(property(f))\n@dataclass\nclass A:\n    y: int = D\n    x: int = field(default=1)",
  "a field by a property of the class, as decorators":
    "from dataclasses import dataclass, field\n@dataclass\nclass A:\n    y: int\n    @classmethod\n    @property\n    def y(c):\n        global got\n        got = c.x\n    x: int = field(default=1)",
  "a field in the body of its class":
    "from dataclasses import dataclass, field\ngot = []\n@dataclass\nclass A:\n    x: int = field(default=1)\n    got.append(x)",
  "a field by an addition":
    "from dataclasses import dataclass, field\nclass D:\n    def __radd__(self, o):\n        global got\n        got = o\n        return o\n@dataclass\nclass A:\n    x: int = field(default=1)\n    x += D()",
  "a field in an attribute":
    "from dataclasses import dataclass, field\nclass G: pass\n@dataclass\nclass A:\n    G.x: int = field(default=1)\ngot = G.x",
  "a file by the traceback of a log":
    "import logging\nfrom collections import namedtuple\nTB = namedtuple('TB', 'tb_frame tb_lineno tb_next tb_lasti')\nFR = namedtuple('FR', 'f_code f_globals f_locals')\nclass CO:\n    co_filename = '/etc/passwd'\n    co_name = 'x'\n    def co_positions(self): return iter([(1, 1, 1, 1)])\ngot = TB(FR(CO(), {}, {}), 1, None, 0)\nlogging.error('x', exc_info=(ValueError, ValueError(), got))",
  "named tuples with names that are made":
    "from collections import namedtuple\ngot = namedtuple('A', ['tb_' + 'frame'])",
  "a named tuple by another name": "from collections import namedtuple\nn = namedtuple\ngot = n('A', 'tb_' + 'frame')",
  "typing's named tuples with names that are made":
    "from typing import NamedTuple\ngot = NamedTuple('A', [('tb_' + 'frame', int)])",
  "a class with a frame in a branch": "class A:\n    if True:\n        tb_frame = 1\ngot = A",
  "a class with a frame in a loop": "class A:\n    for gi_frame in [1]: pass\ngot = A",
  "a class with a frame in a pair": "class A:\n    gi_frame, x = 1, 2\ngot = A",
  "a class with a frame as a method": "class A:\n    @property\n    def tb_frame(self): return 1\ngot = A",
  "a protocol with a frame":
    "from typing import Protocol, runtime_checkable\nfrom dataclasses import dataclass\nfrom functools import wraps\ndef g(): yield\ngen = g()\ndef names(gi_frame: int): pass\ndef probe(c):\n    isinstance(gen, c)\n    try:\n        wraps(names)(c)\n    except AttributeError:\n        return c\n@dataclass\n@probe\n@runtime_checkable\nclass P(Protocol): pass\nmatch gen:\n    case P(got): pass",
  "a protocol by another name":
    "from typing import Protocol\nfrom dataclasses import dataclass\nQ = Protocol\n@dataclass\nclass got(Q): pass",
  "memory by the parent of a logger": `import numpy as np, logging\n${STREAM}class P: level, parent, propagate = 0, None, False\nl = logging.getLogger('a')\nl.setLevel(10)\nl.parent = P()\nt = 'x'\n${ADDRESS}\nl.error('x', **{'extra': {'_'+'_array_interface_'+'_': v}})\ngot = 1`,
  "the loggers below a logger":
    "import logging\nlogging.getLogger('a.b')\ngot = logging.root.manager.loggerDict['a'].loggerMap",
  "a class of loggers": "import logging\nlogging.root.manager.loggerClass = print\ngot = 1",
  "where a random state reads": "import numpy as np\nb = np.random.RandomState(1)._bit_generator\ngot = b.state",
  "machine code of a generator of bits": "import numpy as np\ngot = np.random.PCG64(1).capsule"
}

/** Honest modules that come close to these ways. */
export const NEAR: Readonly<Record<string, string>> = {
  "aliases for annotations":
    "import numpy as np\nimport numpy.typing as npt\nfrom typing import Dict, List, Type, Union\nFloats = npt.NDArray[np.float64]\nArray = Union[np.ndarray, List[float]]\nBook = Dict[str, Floats]\nclass A: pass\nRegistry = Dict[str, Type[A]]\ndef f(x: Floats, y: Book, z: List[Array]) -> 'Floats':\n    w: Floats = np.asarray(x, dtype=np.float64)\n    return w",
  "fields of all kinds":
    "import dataclasses\nfrom collections import deque\nfrom dataclasses import dataclass, field\nfrom datetime import date\nfrom functools import total_ordering\nfrom typing import ClassVar, Deque, Dict, List\n@dataclass(frozen=True)\n@total_ordering\nclass A:\n    x: List[float] = field(default_factory=list, repr=False)\n    date: date = dataclasses.field(default=None)\n    other: date = field(default=None)\n    count: ClassVar[int] = 0\n    def __lt__(self, o): return self.x < o.x\n    @classmethod\n    def make(cls): return cls()\n    @property\n    def last(self): return self.x[-1]\nclass B:\n    def __init__(self, name):\n        self.name = name\n@dataclass\nclass C(A):\n    d: Deque[float] = field(default_factory=lambda: deque(maxlen=20))\nC.make()",
  "named tuples":
    "from collections import namedtuple\nimport collections\nfrom typing import NamedTuple\nA = namedtuple('A', ['x', 'y'])\nB = collections.namedtuple('B', 'x, y', defaults=(1,))\nclass C(NamedTuple):\n    x: int = 1\nD = NamedTuple('D', [('x', int)])\ndef f(a: A, n: NamedTuple) -> C: return C(a.x)._replace(x=2)",
  "a registry of classes":
    "import abc\nclass A(abc.ABC):\n    known = {}\n    def __init_subclass__(cls, **k):\n        super().__init_subclass__(**k)\n        A.known[cls.__name__] = cls\nclass B(dict):\n    def __missing__(self, k): return super().__missing__(k)\nclass C(float):\n    def __bool__(self): return super().__bool__()\n    def __format__(self, s): return super().__format__(s or '.2f') + str(self.__float__() + self.__int__())",
  protocols:
    "from typing import Generic, Protocol, TypeVar, runtime_checkable\nT = TypeVar('T')\n@runtime_checkable\nclass P(Protocol):\n    def f(self, x: int) -> int: ...\nclass Q(Protocol[T]):\n    x: T\nclass R(Generic[T]): pass\ndef f(p: P, q: 'Q[int]', r: R[int]): return isinstance(p, P)",
  "classes with tables":
    "class A:\n    parent = None\n    if True:\n        x, y = 1, 2\n    for i in range(2): pass\n    def __init__(self, parent=None): self.parent = parent\n    @classmethod\n    def resize(cls): return cls()"
}
