// Checks one file and says what it found, for the tests that write files with other people's software.
#include "exahca/io/check_file.hpp"

#include <cstdio>

int main(int argc, char** argv)
{
    if (argc != 2) return 2;
    auto const check = exahca::check_file(argv[1]);
    std::puts(check.message.c_str());
    return check.verdict == exahca::FileVerdict::sound ? 0 : 3;
}
