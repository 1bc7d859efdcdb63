# UNTESTED: no Spack was at hand when this was written; only its syntax is checked.
# To use: put it into <your Spack repository>/packages/exahca/package.py and set `git` to where you got the sources.
from spack.package import *


class Exahca(CMakePackage):
    """Exact, distributed search for causal orders of the latent capabilities behind leaderboards of language models."""

    git = "file:///path/to/exahca"

    license("Apache-2.0")

    version("main", branch="main")

    depends_on("c", type="build")
    depends_on("cxx", type="build")
    depends_on("cmake@3.25:", type="build")

    depends_on("mpi")
    depends_on("hdf5@1.10: ~mpi +hl")
    depends_on("boost@1.74: +program_options")
    depends_on("eigen@3.4")
    depends_on("fmt@9:")
    depends_on("nlohmann-json@3.11:")
    depends_on("random123")
    depends_on("xxhash")
    depends_on("zlib")
    depends_on("libcsv")  # not in Spack's own repository: needs a package of its own
    depends_on("lbfgspp")  # likewise; headers alone

    def cmake_args(self):
        return [self.define("BUILD_TESTING", self.run_tests)]
