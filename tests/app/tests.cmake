if(Python3_FOUND)
  foreach(name errors export faults format grid influence joint malformed manual merge orders plan ranks reference report
      selftest)
    exahca_script_test(${name} app ${Python3_EXECUTABLE} app/${name}_test.py)
  endforeach()
endif()
